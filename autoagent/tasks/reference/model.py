"""The expert as a model."""

from __future__ import annotations

from collections.abc import Callable

from autoagent.llm.base import Completion
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query, size
from autoagent.tasks.reference import compute, files, program, self_change
from autoagent.tasks.reference.seen import EXPERTS, Seen

__all__ = ["Reference", "compute", "files", "program", "self_change"]


class Reference:
    """Answers a query as an expert at its task would; a query without one it gives up."""

    name = "reference"
    genome = "capable"

    def complete(
        self,
        query: Query,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer from what the query says alone; see `LLM.complete`."""
        text = f"```python\n{answer(Seen.of(query))}\n```"
        if on_text is not None:
            on_text(text)
        return Completion(
            text=text,
            tokens_in=size(query) // 4,
            tokens_out=len(text) // 4,
            finish="stop",
            model=self.name,
        )

    def close(self) -> None:
        """Do nothing: it holds nothing."""


def answer(seen: Seen) -> str:
    """Return the code that an expert would execute next."""
    for pattern, expert in EXPERTS:
        if found := pattern.search(seen.task):
            return expert(seen, *found.groups())
    return 'self.give_up("I am no expert at this.")'
