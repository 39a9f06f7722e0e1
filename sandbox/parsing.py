"""The one way in which a stranger's text is parsed: in silence, and nothing beyond its bounds."""

import ast
import threading
import warnings
from typing import Literal

from sandbox.nesting import MAX_SOURCE, too_much

Mode = Literal["exec", "eval"]

# Python's warning filters belong to the whole process, so one thread at a time may change them.
_QUIET = threading.Lock()


def parse(source: str, mode: Mode = "exec") -> ast.AST:
    """Parse a text that `too_much` finds bearable.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It has characters that no Python has.
        RecursionError: It nests too deeply after all.
        MemoryError: The same, as some parsers put it.
    """
    with _QUIET, warnings.catch_warnings():
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
    return tree.body if isinstance(tree, ast.Module) else None
