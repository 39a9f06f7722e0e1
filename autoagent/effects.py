"""What an environment does to an organism, beside answering it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hit:
    """One character of a definition becomes another.

    Attributes:
        name: Which definition, a method or a function.
        at: Which character, counted around the end of the text as it is then.
        character: What stands there afterwards.
    """

    name: str
    at: int
    character: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What travels to the organism with an answer, is journalled, and is applied below it.

    Attributes:
        task: A new demand; the organism has it from this answer on. None leaves the old one.
        hits: Damage, which it suffers while it waits for the answer after this one, so that whoever
            answers sees it. A method that no longer compiles raises at its next use.
    """

    task: str | None = None
    hits: tuple[Hit, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything happens at all."""
        return self.task is not None or bool(self.hits)

    def as_dict(self) -> dict[str, Any]:
        """Return them as a JSON object."""
        return {"task": self.task, "hits": [asdict(hit) for hit in self.hits]}


NONE = Effects()
