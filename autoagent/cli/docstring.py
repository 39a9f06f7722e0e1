"""What a function says of itself, read from its source: importing it may take seconds."""

from __future__ import annotations

import ast
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint
from pathlib import Path

from sandbox.parsing import parse


def docstring(point: EntryPoint) -> str | None:
    """Return the docstring of the function that an entry point names; None if none is found."""
    source = _source(point.module)
    if source is None:
        return None
    for statement in parse(source.read_text("utf-8")).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == point.attr:
            return ast.get_docstring(statement)
    return None


def _source(module: str) -> Path | None:
    """Return where a module's source is; packages above it are not imported either."""
    spec, path = None, None
    for name in module.split("."):
        spec = PathFinder.find_spec(name, path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
    return Path(spec.origin) if spec is not None and spec.origin is not None else None
