"""A model that is a plain function."""

from __future__ import annotations

from collections.abc import Callable

from autoagent.llm.base import Completion, LLMUnreachable
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query


class Function:
    """Answers with what a function returns.

    Args:
        function: Given a query, a text or the messages of a conversation, returns the answer. What
            it raises suspends the run, which can be resumed.

    Attributes:
        genome: Functions mostly stand for models that can hold a conversation.
    """

    genome = "capable"

    def __init__(self, function: Callable[[Query], str]) -> None:
        self.name = f"function:{getattr(function, '__name__', type(function).__name__)}"
        self._function = function

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
        """Answer a query; see `LLM.complete`. The function decides how long the answer is.

        Raises:
            LLMUnreachable: The function raised, or returned no text.
        """
        try:
            text = self._function(query)
        except Exception as error:
            raise LLMUnreachable(f"{self.name} raised {type(error).__name__}: {error}") from error
        if not isinstance(text, str):
            raise LLMUnreachable(f"{self.name} returned a {type(text).__name__}, and not a text")
        if on_text is not None:
            on_text(text)
        return Completion(
            text=text,
            tokens_in=0,
            tokens_out=len(text) // 4 + 1,
            finish="stop",
            model=self.name,
        )

    def close(self) -> None:
        """Do nothing: a function holds nothing."""
