"""A domain of numbers, whose programs are never executed, and a model that follows a script."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from autoagent.llm import PYTHON, Completion, Frame
from genetic.elm import Axis, Judged, Plan


class Sums:
    """Programs are sums of numbers; how large, and how many."""

    name = "sums"
    axes = (
        Axis(name="terms", low=0, high=10, niches=10),
        Axis(name="first", low=0, high=20, niches=4),
    )
    task = "Add numbers."
    function = "total"
    objective = "sum"

    def __init__(self) -> None:
        self.judged: list[str] = []
        self.seeds = {"one": "total = 1 + 2\n", "two": "total = 4\n"}

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        self.judged += programs
        return [self._judged(each) for each in programs]

    def close(self) -> None:
        pass

    def _judged(self, program: str) -> Judged:
        if not re.fullmatch(r"total = [0-9]+( \+ [0-9]+)*\n", program):
            return Judged(fault="NoSum: it is none")
        terms = [int(term) for term in re.findall("[0-9]+", program)]
        return Judged(objective=float(sum(terms)), measures=(len(terms), terms[0]))


@dataclass(frozen=True)
class OpeningSums:
    """What a worker opens sums with."""

    def open(self) -> Sums:
        return Sums()


class Scripted:
    """A model that answers what a function makes of the query."""

    name = "scripted"

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.queries: list[str] = []
        self.most_at_once = 0
        self._answer = answer
        self._inside = 0
        self._lock = threading.Lock()

    def complete(
        self,
        query: Any,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Any = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        with self._lock:
            self.queries.append(query)
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        text = self._answer(query)
        with self._lock:
            self._inside -= 1
        return Completion(text=text, tokens_in=10, tokens_out=10, finish="stop", model=self.name)


def plan(**given: Any) -> Plan:
    """Return the plan of a short search among sums."""
    usual: dict[str, Any] = {"domain": "sums", "operator": "tokens", "evaluations": 60, "batch": 8}
    return Plan(**usual | {"starts": ("one", "two")} | given)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        yield journal
