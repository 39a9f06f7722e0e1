"""A conversation about one completion: what was said, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from autoagent.analyzers import Analysis
from autoagent.llm import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A state of a completion.

    Attributes:
        messages: What was said, the completion last.
        completion: What was written last; empty at the beginning.
        analyses: What the analyzers found in it.
        path: The numbers of the choices that led to it, from the first step on.
    """

    messages: tuple[Message, ...]
    completion: str = ""
    analyses: tuple[Analysis, ...] = ()
    path: tuple[int, ...] = ()

    @property
    def score(self) -> float:
        """What the analyzers' scores come to."""
        return sum(each.score for each in self.analyses)

    @property
    def passing(self) -> bool:
        """Whether there is a completion, and every critical analyzer passes it."""
        return bool(self.path) and not any(each.stops for each in self.analyses)

    @property
    def feedback(self) -> str:
        """What the analyzers have to say."""
        return "\n".join(each.message for each in self.analyses if each.message)
