"""Which names a piece of code mentions, and to which of them it gives values by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from sandbox.parsing import statements

ROUNDABOUT = {"__dict__", "__setattr__", "eval", "exec", "getattr", "globals", "setattr", "vars"}
"""Who uses one of these may mean a name that stands in a text."""


def mentioned(code: str) -> list[str]:
    """Return the names and attributes that code mentions."""
    return sorted({name for name, _ in _names(code)})


def stored(code: str) -> list[str]:
    """Return those that code defines, gives a value or deletes, or that it may do so to."""
    return sorted({name for name, stores in _names(code) if stores})


def _names(code: str) -> Iterator[tuple[str, bool]]:
    """Yield names, each with whether it is stored to."""
    texts: list[str] = []
    roundabout = False
    for statement in statements(code) or ():
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=context) | ast.Attribute(attr=name, ctx=context):
                    roundabout |= name in ROUNDABOUT
                    yield name, not isinstance(context, ast.Load)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    yield node.name, True
                case ast.alias():
                    yield node.asname or node.name.partition(".")[0], True
                case ast.Constant(value=str() as text):
                    texts.append(text)
    if roundabout:
        yield from ((name, True) for name in re.findall(r"\w+", "\n".join(texts)))
