"""Files that are whole at any time, whoever kills the program."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch


class CheckpointError(ValueError):
    """A run's folder holds something else than it should."""


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors and plain data; whoever reads meanwhile finds the last state or this one."""
    beside = _beside(path)
    with beside.open("wb") as file:
        torch.save(dict(state), file)
        os.fsync(file.fileno())  # on the disk before it takes the place of the last one
    beside.replace(path)


def load_state(path: Path) -> dict[str, Any]:
    """Return what `save_state` wrote; no code in the file is run.

    Raises:
        CheckpointError: The file is missing, broken or holds more than tensors and plain data.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file fails in any way
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"cannot read the checkpoint {path}: {reason}") from None
    if not isinstance(state, dict):
        raise CheckpointError(f"{path} is no checkpoint of a training run")
    return state


def save_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write plain data for people to read."""
    beside = _beside(path)
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(value, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())  # on the disk before it takes the place of the last one
    beside.replace(path)


def load_json(path: Path) -> dict[str, Any]:
    """Return what `save_json` wrote.

    Raises:
        CheckpointError: The file is missing or no such thing.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CheckpointError(f"{path.parent} is no training run: {path.name}: {reason}") from None
    if not isinstance(value, dict):
        raise CheckpointError(f"{path.parent} is no training run: {path.name} is no object")
    return value


def save_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Let a function write a folder, and put it in the place of the last one."""
    beside, old = _beside(folder), folder.with_name(f".{folder.name}.old")
    shutil.rmtree(beside, ignore_errors=True)
    write(beside)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")
