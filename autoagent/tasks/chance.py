"""A model that guesses: the floor of the benchmark."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from autoagent.llm.base import LLM, Completion
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query, in_words, size, told_apart
from autoagent.llm.named import ModelOptions, Provider


class Chance:
    """Finishes with a number or a word that the query holds, or with any small number."""

    name = "random"
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
        """Guess; see `LLM.complete`."""
        random = Random(f"{seed} {told_apart(query)}")
        words = re.findall(r"\w+", in_words(query))
        numbers = [word for word in words if word.isdecimal()]
        guess = random.choice([str(random.randrange(1_000)), *numbers, *map(repr, words)])
        text = f"```python\nself.finish({guess.lstrip('0') or '0'})\n```"
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


def _open(rest: str, options: ModelOptions) -> LLM:
    if not rest:
        return Chance()
    from autoagent.llm.causal import Transformers

    return Transformers(f"random:{rest}", n_ctx=options.n_ctx)


RANDOM = Provider(_open, takes="MODEL", alone=True)
"""The guesser, as a model; behind a colon, the architecture of a model with random weights."""
