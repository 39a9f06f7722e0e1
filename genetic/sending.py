"""Where somebody's own function that judges texts is called: here, or in other processes."""

from __future__ import annotations

import faulthandler
import functools
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TextIO, cast

from genetic.executors import Executor, LostWorkerError, open_executor
from genetic.objective import Objective, evaluated, in_words
from sandbox.extras import pip_install
from sandbox.programs.evaluator import Evaluation

LOCAL = "local"
"""The executor that is this process itself."""
LONGEST = 500
"""Characters of why a function cannot be sent that are told."""
MOST_SECONDS = 86_400.0
"""For which a function may be bounded: a day."""
GRACE = 2.0
"""Seconds in which a function that is interrupted has to stop, or its process is ended."""


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


def where_called(
    stack: ExitStack,
    f: Objective,
    executor: str | Executor,
    workers: int,
    *,
    address: str | None = None,
    seconds: float | None = None,
) -> Called:
    """Return how a function is called where an executor says.

    Args:
        stack: Closes the executor, if that is opened here.
        f: The function.
        executor: An executor, or the name of one.
        workers: How many texts are judged at once, by an executor that is named.
        address: Of the cluster that it joins, if it does.
        seconds: How long the function may take for a text, in another process.

    Raises:
        ValueError: There is no such executor, or the function cannot be sent to it, or its time
            cannot be bounded there.
        ExecutorError: It cannot be opened.
    """
    if executor == LOCAL and workers < 1:
        raise ValueError(f"workers must be 1 or more, got {workers}")
    if seconds is not None and not 0 < seconds <= MOST_SECONDS:
        raise ValueError(
            f"evaluation_seconds must be above 0 and at most {MOST_SECONDS:g}, got {seconds}"
        )
    if address is not None and not isinstance(executor, str):
        raise ValueError(f"an executor that is open has joined what it joins; not {address!r}")
    is_here = executor == LOCAL or (not isinstance(executor, str) and executor.name == LOCAL)
    if is_here and address is None:
        if seconds is not None:
            raise ValueError(
                "evaluation_seconds bound f in other processes alone, since nothing can end it in "
                "this one: have it called there, by the executor 'process'"
            )
        at_once = workers if isinstance(executor, str) else executor.workers
        return Called(lambda x: evaluated(f, x), at_once)  # whoever calls has threads already
    if not isinstance(executor, str):  # it is open for other searches, too
        return Called(by(executor, f, seconds), executor.workers)
    opened = stack.enter_context(closing(open_executor(executor, workers, address)))
    return Called(by(opened, f, seconds), opened.workers, opened.close)


def by(
    executor: Executor, f: Objective, seconds: float | None = None
) -> Callable[[str], Evaluation]:
    """Return what has an executor judge texts, and waits for it.

    A text for which the function ends the process that calls it, or takes too long, has no score.

    Raises:
        ValueError: The function cannot be sent; the message says why.
    """
    sent = _sent(f)

    def judge(x: str) -> Evaluation:
        try:
            return executor.submit(judged, sent, x, seconds).result()
        except LostWorkerError as error:
            bound = "" if seconds is None else f", or took longer than {seconds:g} seconds"
            told = f"f ended the process that called it{bound}: {error}"
            return Evaluation(score=None, problem=told)

    return judge


def judged(sent: bytes, x: str, seconds: float | None = None) -> Evaluation:
    """Return what a function says of a text, in a process that it was sent to.

    Raises:
        ValueError: What the function needs is missing there, or its time cannot be bounded.
    """
    f = _received(sent)
    if seconds is None:
        return evaluated(f, x)
    try:
        with _interrupted(seconds):
            return evaluated(f, x)
    except _TooLong:
        return Evaluation(score=None, problem=f"f took longer than {seconds:g} seconds")
    finally:
        faulthandler.cancel_dump_traceback_later()


class _TooLong(KeyboardInterrupt):
    """Interrupts a function, as Ctrl-C does; no `except Exception` of its own stops that."""


@contextmanager
def _interrupted(seconds: float) -> Iterator[None]:
    """Interrupt what is done in here, and end the process if that is of no use.

    Raises:
        ValueError: Only the main thread of a process can be interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        raise ValueError("evaluation_seconds bound f in the main thread of a process alone")
    signal.signal(signal.SIGALRM, _interrupt)
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=_nowhere())
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@functools.cache
def _nowhere() -> TextIO:
    """Return where it is told what a process did when it was ended: nobody reads that."""
    return open(os.devnull, "w")  # as long as the process


def _interrupt(*_: object) -> None:
    raise _TooLong


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
