"""Who is asked: a simulated model, whose answer follows from what it reads; what asking takes."""

from __future__ import annotations

import json
import random
import re
import time
from typing import Any

from autoagent.llm import LLM, PYTHON, Completion, Frame
from autoagent.llm.base import Bounded
from benchmarks.optimize.golf import moves
from benchmarks.optimize.problems import HIGH, LOW

LIST = re.compile(r"\[([^\[\]]*)\]")
TRIED = re.compile(r"x:\n```\n(.*?)\n```\nIts score is (\S+)\.", re.DOTALL)
"""How `optimize` shows what was tried."""
USELESS = 0.3


class Simulated:
    """A model that reads what it is shown and no more, and sometimes says nothing of use.

    Args:
        insight: Whether it looks at what was tried, or draws from what it is told of the spread.
    """

    def __init__(self, insight: bool = True) -> None:
        self.name = "simulated"
        self._insight = insight

    def complete(
        self, query: object, *, seed: int, temperature: float, max_tokens: int,
        on_text: object = None, frame: Frame = PYTHON,
    ) -> Completion:  # fmt: skip
        """Answer."""
        rng, text = random.Random(seed), str(query)
        said = "I do not know." if rng.random() < USELESS else self._answer(text, rng)
        return Completion(text=said, tokens_in=0, tokens_out=0, finish="stop", model=self.name)

    def close(self) -> None:
        """Do nothing."""

    def _answer(self, query: str, rng: random.Random) -> str:
        if "CMA-ES looks for" in query:
            return f"Further that way.\n```json\n{self._of_spread(query, rng)}\n```"
        return f"Further that way.\n```\n{_of_history(query, rng)}\n```"

    def _of_spread(self, query: str, rng: random.Random) -> list[float]:
        """Return numbers for `Hybrid`: a step from the mean through the best, or by chance."""
        head, _, tried = query.partition("Tried, the best first:")
        middle, deviations = (_numbers(each) for each in LIST.findall(head)[:2])
        if not self._insight:
            return _bounded(rng.gauss(m, s) for m, s in zip(middle, deviations, strict=True))
        best, far = _numbers(LIST.findall(tried)[0]), rng.uniform(0.5, 2.0)
        return _bounded(m + far * (b - m) for m, b in zip(middle, best, strict=True))


def _of_history(query: str, rng: random.Random) -> str:
    """Return a text for `optimize`: the best that is shown, changed by chance.

    Numbers are moved by as much as the five best differ, a program by one move of golf.
    """
    tried = sorted(TRIED.findall(query), key=lambda each: -float(each[1]))
    best = tried[0][0]
    if not best.startswith("["):
        return rng.choice(moves(best))
    known = [json.loads(text) for text, _ in tried[:5]]
    spread = [max(each) - min(each) for each in zip(*known, strict=True)]
    deviations = [each or 1.0 for each in spread]
    near = (rng.gauss(m, s / 2) for m, s in zip(known[0], deviations, strict=True))
    return json.dumps([round(each, 6) for each in _bounded(near)])


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


def _bounded(numbers: Any) -> list[float]:
    return [min(max(each, LOW), HIGH) for each in numbers]


class Counted:
    """Asks a model, and counts what that takes.

    Args:
        llm: The model.

    Attributes:
        spent: Questions, tokens read and written, and seconds.
    """

    def __init__(self, llm: LLM) -> None:
        self.name = llm.name
        self.spent = {"asked": 0, "tokens_in": 0, "tokens_out": 0, "asking": 0.0}
        self._llm = llm
        if isinstance(llm, Bounded):
            self.context = llm.context

    def complete(self, query: object, **options: Any) -> Completion:
        """Answer a query; see `LLM.complete`."""
        began = time.monotonic()
        answer = self._llm.complete(query, **options)
        self.spent["asking"] += time.monotonic() - began
        self.spent["asked"] += 1
        self.spent["tokens_in"] += answer.tokens_in
        self.spent["tokens_out"] += answer.tokens_out
        return answer

    def close(self) -> None:
        """Leave the model open, for others ask it too."""
