"""The one way in which a text is parsed: in silence, one at a time, and not beyond its bounds."""

import ast
import threading
import warnings
from typing import Literal, overload

from sandbox.nesting import MAX_SOURCE, too_much

Mode = Literal["exec", "eval"]

# Python's warning filters belong to the whole process, so one thread at a time may change them. And
# before 3.11.8 all threads that make trees count their depth in one place, and fail with a
# SystemError where two do it at once.
_ALONE = threading.RLock()


@overload
def parse(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(source: str, mode: Mode) -> ast.AST: ...
def parse(source: str, mode: Mode = "exec") -> ast.AST:
    """Parse a text that `too_much` finds bearable.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It has characters that no Python has.
        RecursionError: It nests too deeply after all.
        MemoryError: The same, as some parsers put it.
    """
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source.lstrip(" \t") if mode == "eval" else source, "<text>", mode)


def statements(source: str) -> list[ast.stmt] | None:
    """The statements of a text; None where it is no Python, or more than a parser can bear."""
    if len(source) > MAX_SOURCE or too_much(source):
        return None
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return tree.body
