"""What a model thinks of a program: four ratings, and their geometric mean."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from autoagent.analyzers.findings import Analysis, Kind, Subject
from autoagent.analyzers.tools import Tools
from autoagent.llm import Frame
from autoagent.llm.framing.prompt import shorten

ASPECTS = ("quality", "plausibility", "consistency", "readability")
LONGEST = 2000
"""Characters of each half that are shown."""
TOKENS = 60
WEIGHT = 0.5
"""The best rating is worth half of what one critical finding takes."""
RATING = Frame(
    system=(
        "You rate completions of code. Answer with four lines, one for each aspect, such as "
        f"'quality: 7'. The aspects are {', '.join(ASPECTS)}; each is rated from 0 to 10."
    )
)


class LLMScore:
    """Rates a completion by asking a model; it always passes, and may say nothing.

    Args:
        tools: Whom to ask.

    Raises:
        ValueError: There is nobody to ask.
    """

    name = "llm_score"
    version = "1"
    kind: Kind = "score"

    def __init__(self, tools: Tools) -> None:
        if tools.ask is None:
            raise ValueError("the analyzer llm_score asks a model, and there is none here")
        self._ask = tools.ask

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Ask for ratings (see `Analyzer.analyze`)."""
        prefix, completion = (
            shorten(text, LONGEST, len).encode(errors="replace").decode()
            for text in (subject.prefix, subject.completion)
        )
        query = f"Code:\n{prefix}\n\nCompletion:\n{completion}"
        answer = self._ask(query, RATING, TOKENS)
        found = ratings(answer.text)
        return Analysis.by(
            self,
            subject,
            score=0.0 if found is None else WEIGHT * geometric_mean(found) / 10,
            passed=True,
            message="",
            calls=1,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
        )


def ratings(answer: str) -> list[float] | None:
    """Return the four ratings in an answer, or None unless all are there."""
    found = []
    for aspect in ASPECTS:
        said = re.search(rf"{aspect}\W{{0,10}}(\d+(?:\.\d{{1,3}})?)", answer, re.IGNORECASE)
        if said is None or not 0 <= float(said[1]) <= 10:
            return None
        found.append(float(said[1]))
    return found


def geometric_mean(values: list[float]) -> float:
    """Return the geometric mean; 0 if one of them is 0."""
    return math.prod(values) ** (1 / len(values))
