"""The folder that a training run is kept in, reinforced or supervised, and goes on from.

What is written takes the place of what was there once it is whole, whoever kills the program.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from autoagent.files import LEFT_OVER, LOCK, open_ordinary, read_json, replacing, write_json
from rl.settings import differences

RECORD = "record"


class CheckpointError(ValueError):
    """A run's folder holds something else than it should."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder with what a run was begun with, its last checkpoint, and what it has made.

    Attributes:
        path: The folder.
        settings: Name of the file with the run's record: all that it was begun with, as JSON.
        checkpoint: Name of the file with all that an exact resume takes.
        result: Name of the folder with what is trained, usable without the run.
        parts: What a record has to be made of, if that is given.
    """

    path: Path
    settings: str
    checkpoint: str
    result: str
    parts: tuple[str, ...] = ()

    def create(self) -> None:
        """Make the folder for a new run, and refuse one that has something in it.

        Raises:
            ValueError: It has, or cannot be written.
        """
        if not open_folder(self.path):
            raise ValueError(
                f"{self.path} is not empty; give another --out, or go on with it: --resume"
            )

    def record(self) -> dict[str, Any]:
        """Return what the run was begun with.

        People may edit the settings. So the checkpoint holds them too, and what is not free to
        change must be the same there, before anything is made of it.

        Raises:
            CheckpointError: The folder does not say, or settings and checkpoint differ.
        """
        record = _load_json(self.path / self.settings)
        for name in self.parts:
            if not isinstance(record.get(name), dict):
                raise CheckpointError(
                    f"{self.path} is no training run: {self.settings} has no {name}"
                )
        # Fine-tunings did not always tell.
        made = _load_state(self.path / self.checkpoint, mmap=True).get(RECORD, record)
        if not isinstance(made, dict):
            raise CheckpointError(f"{self.path / self.checkpoint} does not say which run it is of")
        if changed := differences(made, record):
            raise CheckpointError(
                f"{self.path / self.settings} says other things than the checkpoint: "
                f"{'; '.join(changed)}; write there what was"
            )
        return record

    def require(self, record: Mapping[str, Any]) -> None:
        """Refuse to go on with the run under other settings.

        Args:
            record: What it is to go on with, or some parts of it.

        Raises:
            CheckpointError: The folder holds no run that could go on.
            ValueError: The message says which settings differ.
        """
        recorded = self.record()
        changed = differences({name: recorded.get(name) for name in record}, record)
        if changed:
            raise ValueError(
                f"a run goes on with its own settings, but {'; '.join(changed)}; give what was, or "
                "begin another run"
            )

    def begin(self, record: Mapping[str, Any]) -> None:
        """Write down what the run is begun with, or goes on with."""
        for path in self.path.glob(LEFT_OVER):
            if not path.is_dir():
                path.unlink()
        write_json(self.path / self.settings, record)

    def keep(self, record: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        """Write a checkpoint; whoever reads meanwhile finds the last one or this one."""
        with replacing(self.path / self.checkpoint) as file:
            try:
                torch.save({RECORD: record, **state}, file)
            except RuntimeError as error:  # torch stumbles over what it could not write
                if isinstance(error.__context__, OSError):
                    raise error.__context__ from None
                raise

    def restore(self, take: Callable[[dict[str, Any]], None]) -> None:
        """Hand over the state that was kept last.

        Raises:
            CheckpointError: It is broken, or not of this run.
        """
        path = self.path / self.checkpoint
        state = _load_state(path)
        try:
            take(state)
        except Exception as error:  # what is in a damaged file can be of any type
            reason = str(error).partition("\n")[0]
            raise CheckpointError(f"{path} does not fit this run: {reason}") from None

    def publish(self, write: Callable[[Path], None]) -> None:
        """Let a function write what is trained, and put it in the place of the last one.

        Between two renames there is none for a moment; the last one and the new one are then
        whole, beside it, as ``.NAME.old`` and ``.NAME.new``.
        """
        folder = self.path / self.result
        new, old = (self.path / f".{self.result}.{word}" for word in ("new", "old"))
        _remove(new)
        new.mkdir()  # and not through a link, which whoever writes would follow
        write(new)
        _remove(old)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        _remove(old)


def open_folder(folder: Path) -> bool:
    """Make a folder, if it is not there, and tell whether it is empty but for who claims it.

    Raises:
        ValueError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return all(path.name == LOCK for path in folder.iterdir())
    except OSError as error:
        raise ValueError(
            f"{folder} cannot be written: {error.strerror}; name another --out"
        ) from None


def _remove(path: Path) -> None:
    """Remove a folder, or a link in its place."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def _load_state(path: Path, *, mmap: bool = False) -> dict[str, Any]:
    """Return what a checkpoint holds; no code in the file is run.

    Args:
        path: The file.
        mmap: Whether tensors stay in the file until they are looked at.

    Raises:
        CheckpointError: The file is missing, broken or holds more than tensors and plain data.
    """
    try:
        open_ordinary(path).close()
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)
    except Exception as error:  # a damaged file fails in any way
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CheckpointError(f"cannot read the checkpoint {path}: {reason}") from None
    if not isinstance(state, dict):
        raise CheckpointError(f"{path} is no checkpoint of a training run")
    return state


def _load_json(path: Path) -> dict[str, Any]:
    """Return the object in a file.

    Raises:
        CheckpointError: The file is missing or no such thing.
    """
    try:
        value = read_json(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CheckpointError(f"{path.parent} is no training run: {path.name}: {reason}") from None
    if not isinstance(value, dict):
        raise CheckpointError(f"{path.parent} is no training run: {path.name} is no object")
    return value
