"""Who watches a run."""

from __future__ import annotations

from typing import Protocol

from autoagent.asker import Call
from autoagent.llm import Query
from autoagent.steps import Step


class Listener(Protocol):
    """Watches a run as it happens. Whatever it is told is in the journal already."""

    def preparing(self, line: str) -> None:
        """Something slow happens before the first step; `line` says what."""

    def rebuilt(self, step: int, steps: int) -> None:
        """A step of a resumed life was lived again, of so many."""

    def asked(self, step: int, query: Query, left: dict[str, float]) -> None:
        """The organism asks its model; `left` is what remains of the budget."""

    def reading(self, tokens: int, of: int) -> None:
        """The model has read so many tokens of the query."""

    def text(self, piece: str) -> None:
        """A piece of the answer, as it streams. The only thing shown before it is journalled."""

    def attempted(self, call: Call) -> None:
        """The model gave an answer, usable or not."""

    def stepped(self, step: Step) -> None:
        """A step is complete."""


class Silent:
    """A listener that does nothing."""

    def preparing(self, line: str) -> None:
        """Ignore it."""

    def rebuilt(self, step: int, steps: int) -> None:
        """Ignore it."""

    def asked(self, step: int, query: Query, left: dict[str, float]) -> None:
        """Ignore it."""

    def reading(self, tokens: int, of: int) -> None:
        """Ignore it."""

    def text(self, piece: str) -> None:
        """Ignore it."""

    def attempted(self, call: Call) -> None:
        """Ignore it."""

    def stepped(self, step: Step) -> None:
        """Ignore it."""
