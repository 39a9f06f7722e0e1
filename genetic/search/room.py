"""How much a question may hold, so that whoever is asked reads all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autoagent.llm import LLM, Bounded, Countable, Frame

MARKS = 64
"""Most bytes of what a model's template puts around a question, beside the frame's own words."""


@dataclass(frozen=True, slots=True)
class Room:
    """How long a question may be.

    Attributes:
        chars: Its most characters.
        llms: Whoever may be asked: it is no longer than each of them can read.
        answer: Tokens that are kept free for an answer.
    """

    chars: int
    llms: Sequence[LLM] = ()
    answer: int = 0

    def holds(self, query: str, frame: Frame) -> bool:
        """Tell whether a question can be asked as it stands."""
        return len(query) <= self.chars and all(
            count(llm, query, frame) <= most
            for llm in self.llms
            if (most := self.most(llm)) is not None
        )

    @property
    def bounds(self) -> str:
        """Say what a question may have."""
        found = {most for llm in self.llms if (most := self.most(llm)) is not None}
        tokens = f" and {min(found)} tokens" if found else ""
        return f"a question may have {self.chars} characters{tokens}"

    def most(self, llm: LLM) -> int | None:
        """Return the most tokens of a question to a model; None if nothing bounds them."""
        return llm.context - self.answer if isinstance(llm, Bounded) else None


def count(llm: LLM, query: str, frame: Frame) -> int:
    """Return the most tokens that a question takes: no token stands for less than a byte."""
    if isinstance(llm, Countable):
        return llm.count_query(query, frame)
    return len((frame.system + query).encode(errors="replace")) + MARKS
