"""Evaluation by an executor."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from typing import TypeVar

import pytest

from genetic.evolve.evaluate import Jailed, by
from genetic.executors import LostWorkerError, open_executor
from sandbox.limits import Limits

LIMITS = Limits(fuel=10**11, memory_mb=512, wall_seconds=30.0)
T = TypeVar("T")
LENGTH = "def evaluate(path):\n    return len(open(path).read()), 'counted'\n"


def test_processes_say_of_a_program_what_is_said_here() -> None:
    jailed = Jailed(LENGTH, ".txt", (), LIMITS)
    with closing(jailed.open()) as here, closing(open_executor("process")) as executor:
        there = by(executor, jailed)
        for program in ("a", "four"):
            assert there(program) == here.evaluate(program)
            assert there(program).score == len(program)


def test_what_a_machine_lacks_is_told() -> None:
    with closing(open_executor("process")) as executor:
        evaluate = by(executor, Jailed(LENGTH, ".txt", ("nothing-such",), LIMITS))
        with pytest.raises(ValueError, match="nothing-such"):
            evaluate("a")


class Losing:
    """An executor whose workers die over every call."""

    name, workers = "losing", 1

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        lost: Future[T] = Future()
        lost.set_exception(LostWorkerError("3 workers died over it"))
        return lost

    def close(self) -> None:
        pass


def test_a_program_over_which_workers_die_has_no_score() -> None:
    found = by(Losing(), Jailed(LENGTH, ".txt", (), LIMITS))("x")
    assert (found.score, found.problem) == (None, "3 workers died over it")
