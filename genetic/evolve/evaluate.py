"""Evaluation as a call for executors: each of their processes opens the evaluator once."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Callable
from dataclasses import dataclass

from genetic.executors import Executor, LostWorkerError
from sandbox.limits import Limits
from sandbox.programs.evaluator import Evaluation, Evaluator


@dataclass(frozen=True, slots=True)
class Jailed:
    """How programs are evaluated: what `Evaluator` takes.

    Attributes:
        source: Python of the evaluator.
        suffix: What the names of program files end with.
        packages: Installed packages that it and programs may import.
        limits: What one evaluation may spend.
        files: What lies beside the evaluator, by name.
    """

    source: str
    suffix: str
    packages: tuple[str, ...]
    limits: Limits
    files: tuple[tuple[str, bytes], ...] = ()

    def open(self) -> Evaluator:
        """Open the evaluator.

        Raises:
            SandboxError: This machine has not what the jail is made of.
            ValueError: A package is not installed here, or has no files of its own.
        """
        return Evaluator(
            self.source,
            suffix=self.suffix,
            packages=self.packages,
            files=dict(self.files),
            limits=self.limits,
        )


def by(executor: Executor, jailed: Jailed) -> Callable[[str], Evaluation]:
    """Return what has an executor evaluate programs, and waits for it.

    A program over which workers die has no score.
    """

    def judge(program: str) -> Evaluation:
        try:
            return executor.submit(evaluated, program, jailed).result()
        except LostWorkerError as error:
            return Evaluation(score=None, problem=str(error))

    return judge


def evaluated(program: str, jailed: Jailed) -> Evaluation:
    """Evaluate a program, in a process that makes one call at a time.

    Raises:
        SandboxError: That machine has not what the jail is made of.
        ValueError: A package is not installed there.
    """
    return _opened(jailed).evaluate(program)


@functools.cache
def _opened(jailed: Jailed) -> Evaluator:
    evaluator = jailed.open()
    atexit.register(evaluator.close)
    return evaluator
