"""Functions of the library that strict code has in a version of our own, module by module.

What they stand in for ends the process, reads frames, runs text, or waits for a thread that is not
there.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import queue
import sys
import traceback
import unittest
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NoReturn

from sandbox.introspection import real_traceback, shown_traceback
from sandbox.names import judge_attribute
from sandbox.output import Output

Namespace = dict[str, Any]


def leave(code: object = None) -> NoReturn:
    """``sys.exit``, and ``exit`` itself."""
    raise SystemExit(code)


def of_sys(output: Output) -> Namespace:
    """``sys``: streams that are captured, and nothing of the process or the interpreter."""
    return {
        "argv": ["agent"],
        "exc_info": _exc_info,
        "exit": leave,
        "path": [],
        "setrecursionlimit": _check_recursion_limit,
        "stderr": output.errors,
        "stdin": io.StringIO(),
        "stdout": output,
    }


def _exc_info() -> tuple[Any, Any, Any]:
    kind, error, trace = sys.exc_info()
    return kind, error, trace and shown_traceback(trace)


def _check_recursion_limit(limit: int) -> None:
    """The interpreter keeps its own: what is deeper than that is a RecursionError in good time."""
    if not limit > 0:
        raise ValueError("recursion limit must be greater or equal than 1")


def of_traceback(output: Output) -> Namespace:
    """``traceback``: texts."""

    def format_exception(error: Any, value: Any = None, tb: Any = None, **named: Any) -> list[str]:
        if value is None and tb is None:
            return traceback.format_exception(error, **named)
        return traceback.format_exception(error, value, real_traceback(tb), **named)

    def format_exc(limit: int | None = None, chain: bool = True) -> str:
        return traceback.format_exc(limit, chain)

    def format_tb(tb: Any, limit: int | None = None) -> list[str]:
        return traceback.format_tb(real_traceback(tb), limit)

    def extract_tb(tb: Any, limit: int | None = None) -> list[traceback.FrameSummary]:
        return traceback.extract_tb(real_traceback(tb), limit)

    def printing(lines: Callable[..., Any]) -> Callable[..., None]:
        def print_(*args: Any, file: Any = None, **named: Any) -> None:
            (file or output.errors).write("".join(lines(*args, **named)))

        return print_

    return {
        "extract_tb": extract_tb,
        "format_exc": format_exc,
        "format_exception": format_exception,
        "format_exception_only": lambda *error: traceback.format_exception_only(*error),
        "format_list": lambda frames: traceback.format_list(frames),
        "format_tb": format_tb,
        "print_exc": printing(format_exc),
        "print_exception": printing(format_exception),
        "print_tb": printing(format_tb),
    }


def of_unittest(namespace: Namespace, output: Output) -> Namespace:
    """``unittest.main``, which finds the tests in a namespace, and does not end the process."""

    def main(*_: Any, verbosity: int = 1, failfast: bool = False, **__: Any) -> SimpleNamespace:
        kinds = dict.fromkeys(each for each in namespace.values() if _is_test_case(each))
        tests = unittest.TestSuite(map(unittest.TestLoader().loadTestsFromTestCase, kinds))
        stream: Any = output.errors
        runner = unittest.TextTestRunner(stream, verbosity=verbosity, failfast=failfast)
        return SimpleNamespace(result=runner.run(tests))

    return {"main": main}


def _is_test_case(value: Any) -> bool:
    if not issubclass(type(value), type) or value.__module__.startswith("unittest."):
        return False
    return unittest.TestCase in type.__dict__["__mro__"].__get__(value)


def of_inspect() -> Namespace:
    """``inspect``: signatures, and what else reads neither files nor frames."""

    def signature(callable: Any, *, follow_wrapped: bool = True) -> inspect.Signature:
        return inspect.signature(callable, follow_wrapped=follow_wrapped)

    def getmembers(owner: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        return [
            (name, value)
            for name, value in _attributes(owner)
            if predicate is None or predicate(value)
        ]

    return {"getmembers": getmembers, "signature": signature}


def _attributes(owner: Any) -> Iterator[tuple[str, Any]]:
    for name in dir(owner):
        if judge_attribute(name) is None:
            with contextlib.suppress(AttributeError):
                yield name, getattr(owner, name)


class _Alone:
    """Nobody else puts something into a queue, or takes it out, so to wait is in vain."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item, if there is one."""
        return super().get(block=False)  # type: ignore[misc]

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item, if there is room."""
        super().put(item, block=False)  # type: ignore[misc]

    def join(self) -> None:
        """Check that all is done."""
        if self.unfinished_tasks:  # type: ignore[attr-defined]
            raise RuntimeError("nobody else is here to do what is in the queue")


class Queue(_Alone, queue.Queue[Any]):
    """``queue.Queue`` for one thread."""


class LifoQueue(_Alone, queue.LifoQueue[Any]):
    """``queue.LifoQueue`` for one thread."""


class PriorityQueue(_Alone, queue.PriorityQueue[Any]):
    """``queue.PriorityQueue`` for one thread."""


QUEUES: Namespace = {
    "LifoQueue": LifoQueue,
    "PriorityQueue": PriorityQueue,
    "Queue": Queue,
    "SimpleQueue": Queue,
}
for _kind in (Queue, LifoQueue, PriorityQueue):
    _kind.__module__ = "queue"
