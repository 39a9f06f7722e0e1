"""The similarity of two texts as a language model sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from autoagent.llm import Frame
from autoagent.similarity.measure import Pair, Rating, readable

LONGEST = 512
"""Characters of each text that are shown: a small model takes seconds to read them."""
REASONING_TOKENS = 96
RATING_TOKENS = 16
# Both questions have the same system message: then a local model reads the texts only once.
REASONING = Frame(
    system=(
        "You compare the output of a program with what is expected of it. Be brief: one or two "
        "sentences in plain words, or one number where a number is asked for."
    )
)
RATING = replace(REASONING, grammar='root ::= ([1-9] [0-9]? | "100")')
WHY = "How do expected and output differ?"
RATE = "Rate similarity of expected and output, 1 = no similarity, 100 = exact match, (1-100):"


class Judged:
    """A language model's rating, after it has put in words how the texts differ.

    What the texts say may sway the model: a rating is a hint, not a proof.

    Args:
        ask: Asks a model a query in a frame, for so many tokens at most, and returns its answer.
            What it raises is passed on.
    """

    name = "judged"

    def __init__(self, ask: Callable[[str, Frame, int], str]) -> None:
        self._ask = ask

    def rate(self, pairs: Sequence[Pair]) -> list[Rating | None]:
        """Ask two questions about each pair; None where the second brings no number."""
        return [self._judge(*pair) for pair in pairs]

    def _judge(self, expected: str, actual: str) -> Rating | None:
        ours, theirs = readable(expected, LONGEST), readable(actual, LONGEST)
        shown = f"Expected:\n{ours}\n\nOutput:\n{theirs}\n\n"
        said = self._ask(f"{shown}{WHY}", REASONING, REASONING_TOKENS)
        reasoning = readable(said.strip(), LONGEST)
        answer = self._ask(f"{shown}Reasoning: {reasoning}\n\n{RATE}", RATING, RATING_TOKENS)
        number = _first_rating(answer)
        return None if number is None else Rating((number - 1) / 99, reasoning)


def _first_rating(answer: str) -> int | None:
    """Return the first whole number from 1 to 100 in an answer."""
    numbers = (int(found[0]) for found in re.finditer(r"(?<!\d)[0-9]{1,3}(?!\d)", answer[:LONGEST]))
    return next((number for number in numbers if 1 <= number <= 100), None)
