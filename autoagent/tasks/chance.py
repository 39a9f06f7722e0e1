"""A model that guesses: the floor of the benchmark."""

from __future__ import annotations

import re
from random import Random

from autoagent.llm.base import LLM
from autoagent.llm.framing.query import Query, in_words, told_apart
from autoagent.llm.named import ModelOptions, Provider
from autoagent.tasks.computed import Computed


class Chance(Computed):
    """Finishes with a number or a word that the query holds, or with any small number."""

    name = "random"

    def answer(self, query: Query, seed: int) -> str:
        """Guess."""
        random = Random(f"{seed} {told_apart(query)}")
        words = re.findall(r"\w+", in_words(query))
        numbers = [word for word in words if word.isdecimal()]
        guess = random.choice([str(random.randrange(1_000)), *numbers, *map(repr, words)])
        return f"self.finish({guess.lstrip('0') or '0'})"


def _open(rest: str, options: ModelOptions) -> LLM:
    if not rest:
        return Chance()
    from autoagent.llm.causal import Transformers

    return Transformers(f"random:{rest}", n_ctx=options.n_ctx)


RANDOM = Provider(_open, takes="MODEL", alone=True)
"""The guesser, as a model; behind a colon, the architecture of a model with random weights."""
