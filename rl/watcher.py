"""Who watches: one protocol for training, fine-tuning and evaluation."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

F = TypeVar("F", contravariant=True)
"""The figures of an update."""


class Watcher(Protocol[F]):
    """Sees how it goes."""

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """See how many of an update's episodes are complete, after so many steps in all."""
        ...

    def updated(self, figures: F) -> None:
        """See what an update was like."""
        ...


class Unwatched:
    """Nobody."""

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """See nothing."""

    def updated(self, figures: Any) -> None:
        """See nothing."""
