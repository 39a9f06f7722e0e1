"""Outcomes of a benchmark in a folder, a file each, found again by the conditions they had."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from autoagent.files import inner_folder, read_json, write_json

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps outcomes.

    Args:
        folder: Made if it is missing.
        read: Makes an outcome of what was kept, or raises a `ValueError`.

    Raises:
        ValueError: Nothing can be written there.
    """

    def __init__(self, folder: Path, read: Callable[[dict[str, Any]], T]) -> None:
        self._folder = folder / "outcomes"
        self._read = read
        try:
            inner_folder(self._folder)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
        except OSError as error:
            raise ValueError(
                f"nothing can be written to {self._folder}: {error.strerror}"
            ) from None

    def find(self, name: str, conditions: Mapping[str, Any]) -> T | None:
        """Return the outcome of that name under these conditions, if there is one.

        Raises:
            ValueError: Its file is damaged.
        """
        path = self._path(name, conditions)
        try:
            return self._read(read_json(path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise ValueError(f"{path} cannot be used ({error}); remove it") from None

    def keep(self, name: str, conditions: Mapping[str, Any], outcome: dict[str, Any]) -> None:
        """Write an outcome down: all of it or nothing."""
        write_json(self._path(name, conditions), outcome)

    def without(self, condition: str) -> int:
        """Count the outcomes that do not tell of a condition, and so are found under none."""
        found = 0
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                found += condition not in read_json(path)["conditions"]
        return found

    def _path(self, name: str, conditions: Mapping[str, Any]) -> Path:
        stable = json.dumps(conditions, sort_keys=True).encode()
        return self._folder / f"{name}.{hashlib.sha256(stable).hexdigest()[:12]}.json"
