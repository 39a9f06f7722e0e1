"""Who watches a run, and how it is told that the run stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from autoagent.budget import Limit, Spent
from autoagent.death import Cause, Stop
from autoagent.llm import Attempt
from autoagent.steps import Step


class Listener(Protocol):
    """Watches a run as it happens. Whatever it is told is in the journal already."""

    def preparing(self, line: str) -> None:
        """Something slow happens before the first step; `line` says what."""

    def rebuilt(self, step: int, steps: int) -> None:
        """A step of a resumed life was lived again, of so many."""

    def asked(self, step: int, query: str, left: dict[str, float]) -> None:
        """The organism asks its model; `left` is what remains of the budget."""

    def text(self, piece: str) -> None:
        """A piece of the answer, as it streams. The only thing shown before it is journalled."""

    def attempted(self, attempt: Attempt) -> None:
        """The model gave an answer, usable or not."""

    def stepped(self, step: Step) -> None:
        """A step is complete."""


class Silent:
    """A listener that does nothing."""

    def preparing(self, line: str) -> None:
        """Ignore it."""

    def rebuilt(self, step: int, steps: int) -> None:
        """Ignore it."""

    def asked(self, step: int, query: str, left: dict[str, float]) -> None:
        """Ignore it."""

    def text(self, piece: str) -> None:
        """Ignore it."""

    def attempted(self, attempt: Attempt) -> None:
        """Ignore it."""

    def stepped(self, step: Step) -> None:
        """Ignore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run stopped.

    Attributes:
        cause: A cause of death, or why the run stopped while its organism could live on.
        limit: Which bound of the budget was reached, when that is the cause.
        detail: In words.
        spent: What the run used.
    """

    cause: Cause | Stop
    limit: Limit | None
    detail: str
    spent: Spent

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "cause": self.cause.value}
