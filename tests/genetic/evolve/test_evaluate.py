"""Evaluation by an executor."""

from contextlib import closing

import pytest

from genetic.evolve.evaluate import Jailed, by
from genetic.executors import open_executor
from sandbox.limits import Limits

LIMITS = Limits(fuel=10**11, memory_mb=512, wall_seconds=30.0)
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
