"""Find the source text of a definition among the texts that were executed."""

from __future__ import annotations

import ast
import textwrap
import types
from collections.abc import Mapping


def takes_self(value: object) -> bool:
    """Tell whether `value` is a plain function whose first parameter is named ``self``."""
    return (
        isinstance(value, types.FunctionType)
        and value.__code__.co_argcount > 0
        and value.__code__.co_varnames[0] == "self"
    )


def function_of(definition: object) -> types.FunctionType | None:
    """Find the plain function inside a property, a bound method or a decorator's wrapper."""
    for _ in range(20):
        if isinstance(definition, types.FunctionType) and not hasattr(definition, "__wrapped__"):
            return definition
        definition = (
            getattr(definition, "__wrapped__", None)
            or getattr(definition, "__func__", None)
            or getattr(definition, "fget", None)
        )
    return None


def source_in(texts: Mapping[str, str], definition: object) -> str:
    """Return the source of a function, method, property or class; empty when it is unknown.

    Args:
        texts: File name, as code objects carry it, to the text that was compiled under it.
        definition: What to look for.
    """
    if isinstance(definition, type):
        return _class_source(texts, definition.__name__)
    function = function_of(definition)
    if function is None:
        return ""
    code = function.__code__
    text = texts.get(code.co_filename, "")
    for node in _nodes(text):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            and getattr(node, "name", "<lambda>") == code.co_name
            and _first_line(node) == code.co_firstlineno
        ):
            return _segment(text, node)
    return ""


def _class_source(texts: Mapping[str, str], name: str) -> str:
    """Return the newest class statement of that name: classes do not know their own text."""
    for text in reversed(texts.values()):
        for node in _nodes(text):
            if isinstance(node, ast.ClassDef) and node.name == name:
                return _segment(text, node)
    return ""


def _nodes(text: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text))) if text else []


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> int:
    """Return the line at which a code object says that it starts: decorators count."""
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])


def _segment(
    text: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
) -> str:
    """Cut a definition out of a text, decorators included, moved to the left margin."""
    if isinstance(node, ast.Lambda):
        return ast.get_source_segment(text, node) or ""
    lines = text.splitlines()[_first_line(node) - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines)).strip() + "\n"
