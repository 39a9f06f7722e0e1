"""Files and folders that are never half written, whoever kills the program."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from autoagent.files import replacing


class CheckpointError(ValueError):
    """A run's folder holds something else than it should."""


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors and plain data; whoever reads meanwhile finds the last state or this one."""
    with replacing(path) as file:
        torch.save(dict(state), file)


def load_state(path: Path, *, mmap: bool = False) -> dict[str, Any]:
    """Return what `save_state` wrote; no code in the file is run.

    Args:
        path: The file.
        mmap: Whether tensors stay in the file until they are looked at.

    Raises:
        CheckpointError: The file is missing, broken or holds more than tensors and plain data.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)
    except Exception as error:  # a damaged file fails in any way
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"cannot read the checkpoint {path}: {reason}") from None
    if not isinstance(state, dict):
        raise CheckpointError(f"{path} is no checkpoint of a training run")
    return state


def load_json(path: Path) -> dict[str, Any]:
    """Return the object in a file of JSON.

    Raises:
        CheckpointError: The file is missing or no such thing.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CheckpointError(f"{path.parent} is no training run: {path.name}: {reason}") from None
    if not isinstance(value, dict):
        raise CheckpointError(f"{path.parent} is no training run: {path.name} is no object")
    return value


def open_folder(folder: Path) -> bool:
    """Make a folder, if it is not there, and tell whether it is empty.

    Raises:
        ValueError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return not any(folder.iterdir())
    except OSError as error:
        raise ValueError(
            f"{folder} cannot be written: {error.strerror}; name another --out"
        ) from None


def save_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Let a function write a folder, and put it in the place of the last one.

    Between two renames there is no folder for a moment; the last one and the new one are then
    whole, beside it, as ``.NAME.old`` and ``.NAME.new``.
    """
    beside, old = _beside(folder), folder.with_name(f".{folder.name}.old")
    if beside.is_symlink():
        beside.unlink()
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()  # and not through a link, which whoever writes would follow
    write(beside)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")
