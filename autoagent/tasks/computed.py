"""Models whose answers a program computes: what real ones are measured between."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from autoagent.llm.base import Completion
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query, size

CHARS_A_TOKEN = 4


class Computed(ABC):
    """Answers with the code that a program computes, at once."""

    name: str
    genome = "capable"

    @abstractmethod
    def answer(self, query: Query, seed: int) -> str:
        """Return the code to execute."""

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
        """Answer a query; see `LLM.complete`."""
        text = f"```python\n{self.answer(query, seed)}\n```"
        if on_text is not None:
            on_text(text)
        return Completion(
            text=text,
            tokens_in=size(query) // CHARS_A_TOKEN,
            tokens_out=len(text) // CHARS_A_TOKEN,
            finish="stop",
            model=self.name,
        )

    def close(self) -> None:  # noqa: B027 - there is nothing to override
        """Do nothing: it holds nothing."""
