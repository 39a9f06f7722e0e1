"""Where somebody's own function that judges texts is called: here, or in other processes."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.util import find_spec
from typing import cast

from genetic.executors import Executor, LostWorkerError, open_executor
from genetic.objective import Objective, evaluated, in_words
from sandbox.extras import pip_install
from sandbox.programs.evaluator import Evaluation

LOCAL = "local"
"""The executor that is this process itself."""
LONGEST = 500
"""Characters of why a function cannot be sent that are told."""


@dataclass(frozen=True, slots=True)
class Called:
    """How a function is called.

    Attributes:
        judge: Returns what it says of a text.
        at_once: How many texts may be judged at once.
        abort: Ends that, whatever it does; here, nothing can.
    """

    judge: Callable[[str], Evaluation]
    at_once: int
    abort: Callable[[], None] = lambda: None


def where_called(stack: ExitStack, f: Objective, executor: str | Executor, workers: int) -> Called:
    """Return how a function is called where an executor says.

    Args:
        stack: Closes the executor, if that is opened here.
        f: The function.
        executor: An executor, or the name of one.
        workers: How many texts are judged at once, by an executor that is named.

    Raises:
        ValueError: There is no such executor, or the function cannot be sent to it.
        ExecutorError: It cannot be opened.
    """
    if executor == LOCAL and workers < 1:
        raise ValueError(f"workers must be 1 or more, got {workers}")
    if executor == LOCAL or (not isinstance(executor, str) and executor.name == LOCAL):
        at_once = workers if isinstance(executor, str) else executor.workers
        return Called(lambda x: evaluated(f, x), at_once)  # whoever calls has threads already
    if not isinstance(executor, str):  # it is open for other searches, too
        return Called(by(executor, f), executor.workers)
    opened = stack.enter_context(closing(open_executor(executor, workers)))
    return Called(by(opened, f), opened.workers, opened.close)


def by(executor: Executor, f: Objective) -> Callable[[str], Evaluation]:
    """Return what has an executor judge texts, and waits for it.

    A text for which the function ends the process that calls it has no score.

    Raises:
        ValueError: The function cannot be sent; the message says why.
    """
    sent = _sent(f)

    def judge(x: str) -> Evaluation:
        try:
            return executor.submit(judged, sent, x).result()
        except LostWorkerError as error:
            return Evaluation(score=None, problem=f"f ended the process that called it: {error}")

    return judge


def judged(sent: bytes, x: str) -> Evaluation:
    """Return what a function says of a text, in a process that it was sent to.

    Raises:
        ValueError: What the function needs is missing there.
    """
    return evaluated(_received(sent), x)


def _sent(f: Objective) -> bytes:
    """Put a function into bytes, with whatever it needs that cannot be imported elsewhere."""
    if find_spec("cloudpickle") is None:
        raise ValueError(
            f"other processes are sent f by cloudpickle; install it with: {pip_install('optimize')}"
        )
    import cloudpickle

    try:
        return cast(bytes, cloudpickle.dumps(f))
    except Exception as error:
        raise ValueError(
            f"f cannot be sent to another process: {in_words(error)[:LONGEST]}; make in f itself "
            "what it needs, or leave the executor at local"
        ) from error


@functools.cache
def _received(sent: bytes) -> Objective:
    try:
        return cast(Objective, pickle.loads(sent))
    except Exception as error:
        raise ValueError(
            f"f cannot be had in another process: {in_words(error)[:LONGEST]}; what it imports has "
            "to be there, too"
        ) from None
