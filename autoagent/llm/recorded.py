"""A model that says again what was said before."""

from collections.abc import Callable, Iterable
from itertools import islice

from autoagent.llm.base import Completion, LLMUnreachable
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query


class Recorded:
    """Gives back completions in their order, whatever the query.

    Args:
        completions: What to give back.
        name: What the model is called.
    """

    def __init__(
        self,
        *,
        completions: Iterable[Completion],
        name: str = "recorded",
    ) -> None:
        self.name = name
        self._completions = iter(completions)
        self._given = 0

    @classmethod
    def of_texts(cls, texts: Iterable[str], *, name: str = "recorded") -> "Recorded":
        """Return a model that says these texts, one token for each word."""
        return cls(
            completions=(
                Completion(
                    text=text,
                    tokens_in=0,
                    tokens_out=len(text.split()),
                    finish="stop",
                    model=name,
                )
                for text in texts
            ),
            name=name,
        )

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
        """Give back the next completion as it is; see `LLM.complete`."""
        completion = next(self._completions, None)
        if completion is None:
            raise LLMUnreachable(f"the recording has ended after {self._given} answers")
        self._given += 1
        if on_text is not None:
            on_text(completion.text)
        return completion

    def skip(self, count: int) -> None:
        """Leave out completions that a run was given before it was cut off."""
        for _ in islice(self._completions, count):
            self._given += 1

    def close(self) -> None:
        """Do nothing: a recording holds nothing."""
