"""Programs on which the skills of a benchmark's agent compete: none of them is a bundled task."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cache
from itertools import islice
from typing import Any

from genetic.translate.contest import Contest
from genetic.translate.forge.forge import Forge, Order
from genetic.translate.problem import LANGUAGE, Problem
from genetic.translate.task import Task, Test

ORDER = Order(level=1, seed=2_000, split="test")
PROGRAMS = 24


def contest() -> Contest:
    """Return the rules of a contest on forged programs, whose structures resemble no task's."""
    return Contest(pool=tuple(f"forged {number}" for number in range(PROGRAMS)), load=problems)


def problems(names: tuple[str, ...]) -> Sequence[Problem]:
    """Return forged programs; the first half of the inputs of each is open.

    Raises:
        SandboxError: What compiles or runs programs is missing.
    """
    return [problem for problem in _forged() if problem.name in names]


@cache
def _forged() -> tuple[Problem, ...]:
    with closing(Forge(ORDER)) as forge:
        pairs = islice(forge.pairs(), PROGRAMS)
        return tuple(_problem(f"forged {number}", pair) for number, pair in enumerate(pairs))


def _problem(name: str, pair: dict[str, Any]) -> Problem:
    tests = tuple(
        Test(str(number), given.encode(), printed.encode())
        for number, (given, printed) in enumerate(zip(pair["inputs"], pair["outputs"], strict=True))
    )
    task, half = Task(source=pair["source"], language=LANGUAGE, tests=tests), len(tests) // 2
    return Problem(name, "forged", task.with_tests(tests[:half]), task.with_tests(tests[half:]))
