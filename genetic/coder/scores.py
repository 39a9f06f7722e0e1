"""Scores of completions: how close they come to what was there, and how they came about."""

from __future__ import annotations

import difflib
import io
import math
import re
import tokenize
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from autoagent.analyzers.tools import Ask
from autoagent.llm import Frame
from autoagent.llm.framing.prompt import shorten
from autoagent.similarity import sentence_model

LONGEST = 1500
"""Characters of each completion that a reviewer is shown."""
REVIEW = Frame(
    system=(
        "You review code. You see two completions, A and B, of the same code. Answer with one "
        "number from 0 to 10: 10 if A is far better, 5 if both are alike, 0 if B is far better."
    )
)
REVIEW_TOKENS = 8


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A completion that is scored.

    Attributes:
        prefix: What was there.
        expected: What came next where the pair was found.
        row: What an evaluation wrote down of it.
        ask: Whom to ask for a review, if anybody.
    """

    prefix: str
    expected: str
    row: Mapping[str, Any]
    ask: Ask | None = None

    @cached_property
    def actual(self) -> str:
        """What was written."""
        return str(self.row["completion"])


Value = float | None
"""None where there is nothing to say."""


def levenshtein(judged: Judged) -> Value:
    """Return how many characters are to be changed."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.distance(judged.expected, judged.actual))


def bleu(judged: Judged) -> Value:
    """Return BLEU (Papineni et al. 2002) on tokens, smoothed for short texts."""
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    expected, actual = tokens(judged.expected), tokens(judged.actual)
    if not actual or not expected:
        return float(actual == expected)
    smoothing = SmoothingFunction().method1
    return float(sentence_bleu([expected], actual, smoothing_function=smoothing))


def similarity(judged: Judged) -> Value:
    """Return the cosine of sentence embeddings; None where no such model is installed."""
    model = sentence_model()
    rating = model and model.rate([(judged.expected, judged.actual)])[0]
    return rating.value if rating else None


def sequence_matcher(judged: Judged) -> Value:
    """Return difflib's ratio."""
    return difflib.SequenceMatcher(None, judged.expected, judged.actual, autojunk=False).ratio()


def reviewer(judged: Judged) -> Value:
    """Return what a model thinks, from -10 to 10; above 0, the completion is the better one.

    It is asked in both orders, and the answers are subtracted: what it thinks of a place cancels.
    """
    ratings = [_review(judged, *pair) for pair in _orders(judged)]
    first, second = ratings
    return None if first is None or second is None else first - second


def _orders(judged: Judged) -> list[tuple[str, str]]:
    return [(judged.actual, judged.expected), (judged.expected, judged.actual)]


def _review(judged: Judged, one: str, other: str) -> float | None:
    if judged.ask is None:
        return None
    code, a, b = (shorten(text, LONGEST, len) for text in (judged.prefix, one, other))
    answer = judged.ask(f"Code:\n{code}\n\nA:\n{a}\n\nB:\n{b}", REVIEW, REVIEW_TOKENS)
    said = re.search(r"\d+(?:\.\d{1,3})?", answer.text)
    return float(said[0]) if said and float(said[0]) <= 10 else None


def agility(scores: Sequence[float]) -> float:
    """Return how soon scores rise: the sum of e^(-i) sign(d) d^2 over the changes d of steps."""
    changes = [after - before for before, after in pairwise(scores)]
    return sum(
        math.exp(-place) * math.copysign(change**2, change)
        for place, change in enumerate(changes, 1)
    )


def tokens(text: str) -> list[str]:
    """Return the tokens of a piece of Python, or its words and signs where that is none."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return re.findall(r"\w+|[^\w\s]", text)
    return [each.string for each in found if each.string.strip()]


def _of_row(name: str) -> Callable[[Judged], Value]:
    def value(judged: Judged) -> Value:
        found = judged.row.get(name)
        return None if found is None else float(found)

    return value


SCORES: dict[str, Callable[[Judged], Value]] = {
    "levenshtein": levenshtein,
    "bleu": bleu,
    "similarity": similarity,
    "sequence_matcher": sequence_matcher,
    "reviewer": reviewer,
    "loops": _of_row("loops"),
    "tokens": lambda judged: float(judged.row["tokens_in"] + judged.row["tokens_out"]),
    "generated": _of_row("tokens_out"),
    "agility": lambda judged: agility(judged.row["scores"]),
    "seconds": _of_row("seconds"),
    "passing": _of_row("passing"),
    "first_passing": _of_row("first_passing"),
    "mypy_errors": _of_row("mypy_errors"),
    "clean": _of_row("clean"),
    "runs": _of_row("runs"),
    "tests": _of_row("tests"),
}
"""The scores that there are, by name."""
DEARER = ("similarity", "reviewer")
"""Scores that load or ask a model: only those who name them get them."""
