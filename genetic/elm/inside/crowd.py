"""Looks at many programs in one guest; this text is a program that runs behind the wall.

A domain's text comes after it, and its functions stand in place of `offered` and `observed` here.
Each program gets names that no other has, and a bound of what it does. One that breaks the guest
all the same is found by the host, which tries halves of the crowd again.
"""

import builtins
import json
import math
import sys
from types import CodeType, SimpleNamespace
from typing import Any

OFFERED = (
    "abs", "all", "any", "bool", "dict", "divmod", "enumerate", "filter", "float", "int",
    "isinstance", "len", "list", "map", "max", "min", "pow", "range", "reversed", "round", "set",
    "sorted", "str", "sum", "tuple", "zip", "Exception", "ValueError", "TypeError", "IndexError",
    "KeyError", "ZeroDivisionError", "__build_class__",
)  # fmt: skip
"""Built-in names that programs find."""
LONGEST_FAULT = 200
TOOL = 0


class TooLongError(BaseException):
    """A program did more than it may; no ``except Exception`` of its is meant to stop it."""


def offered() -> dict[str, Any]:
    """Return the names that a program finds, made for it alone."""
    return {}


def observed(names: dict[str, Any]) -> Any:
    """Return what is to be known of a program that was executed, as data."""
    return sorted(names)


def imported(name: str, *_: Any) -> Any:
    """Return a copy of a module, so that what one program does to it no other sees."""
    if name != "math":
        raise ImportError(f"there is no module {name!r}; there is 'math'")
    return SimpleNamespace(**vars(math))


class Counter:
    """Counts what a program does: turns of its loops, and calls of its functions.

    Only the code of programs is watched, which costs less than to trace its lines.

    Args:
        most: How much a program may do.
    """

    def __init__(self, most: int) -> None:
        self._most = self._left = most
        self._watch: Any = vars(sys)["monitoring"]  # since Python 3.12
        self._events = self._watch.events.JUMP | self._watch.events.PY_START
        self._watch.use_tool_id(TOOL, "crowd")
        for event in (self._watch.events.JUMP, self._watch.events.PY_START):
            self._watch.register_callback(TOOL, event, self._count)

    def begin(self, code: CodeType) -> None:
        """Watch a program from its beginning."""
        self._left = self._most
        self._mark(code)

    def _mark(self, code: CodeType) -> None:
        self._watch.set_local_events(TOOL, code, self._events)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._mark(inner)

    def _count(self, *_: Any) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLongError


KNOWN = {name: getattr(builtins, name) for name in OFFERED} | {"__import__": imported}


def looked_at(program: str, counter: Counter, longest: int) -> str:
    """Execute a program, and return what is observed of it, or its fault, as JSON."""
    if len(program) > longest:
        return faulty(f"it has more than {longest} characters")
    names = {"__builtins__": dict(KNOWN), "__name__": "program", **offered()}
    try:
        code = compile(program, "program.py", "exec")
        counter.begin(code)
        exec(code, names)
        return json.dumps({"fault": "", "seen": observed(names)}, allow_nan=False)
    except TooLongError:
        return faulty("it takes too many turns and calls")
    except BaseException as error:
        return faulty(f"{type(error).__name__}: {error}"[:LONGEST_FAULT])


def faulty(why: str) -> str:
    """Return what is said of a program that has a fault."""
    return json.dumps({"fault": why, "seen": None})


def main() -> None:
    """Look at each program that standard input names, and write a line for each."""
    asked = json.loads(sys.stdin.read())
    counter = Counter(asked["turns"])
    for program in asked["programs"]:
        sys.stdout.write(looked_at(program, counter, asked["longest"]) + "\n")
