"""Find the source text of a definition among the texts that were executed.

Values here are the organism's own, and `isinstance` may run their code: `type` is asked instead.
"""

from __future__ import annotations

import ast
import functools
import textwrap
import types
from collections.abc import Iterable, Mapping

from sandbox.parsing import parse

INSIDE: dict[type, str] = {
    types.MethodType: "__func__",
    staticmethod: "__func__",
    classmethod: "__func__",
    property: "fget",
    functools.cached_property: "func",
    type(functools.lru_cache(len)): "__wrapped__",
}
"""Where each kind of wrapper keeps the function."""


def takes_self(value: object) -> bool:
    """Tell whether `value` is a plain function whose first parameter is named ``self``."""
    return (
        type(value) is types.FunctionType
        and value.__code__.co_argcount > 0
        and value.__code__.co_varnames[0] == "self"
    )


def function_of(definition: object) -> types.FunctionType | None:
    """Find the plain function inside a property, a bound method or a decorator's wrapper.

    Only types that run nobody's code when looked into are looked into.
    """
    for _ in range(20):
        kind = type(definition)
        if type(definition) is types.FunctionType:
            if "__wrapped__" not in definition.__dict__:
                return definition
            definition = definition.__dict__["__wrapped__"]
        elif kind in INSIDE:
            definition = getattr(definition, INSIDE[kind])
        else:
            return None
    return None


def source_in(texts: Mapping[str, str], definition: object) -> str:
    """Return the source of a function, method, property or class; empty when it is unknown.

    Args:
        texts: File name, as code objects carry it, to the text that was compiled under it.
        definition: What to look for.
    """
    if issubclass(type(definition), type):
        name = type.__dict__["__name__"].__get__(definition)
        return class_source(texts.values(), name)
    function = function_of(definition)
    if function is None:
        return ""
    code = function.__code__
    index = _index(texts.get(code.co_filename, ""))
    return index.get((code.co_name, code.co_firstlineno), "")


def class_source(texts: Iterable[str], name: str) -> str:
    """Return the newest class statement of that name: classes do not know their own text."""
    for text in reversed(list(texts)):
        if source := _index(text).get((name, 0)):
            return source
    return ""


def methods_in(source: str) -> dict[str, str]:
    """Return the sources of the methods in a class statement, as `source_in` gives them."""
    return dict(_methods(source))


@functools.lru_cache(maxsize=64)
def _methods(source: str) -> tuple[tuple[str, str], ...]:
    lines = _lines(source)
    (kind,) = parse(source).body
    return tuple(
        (node.name, _segment(lines, node))
        for node in ast.iter_child_nodes(kind)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@functools.lru_cache(maxsize=256)
def _index(text: str) -> dict[tuple[str, int], str]:
    """Map (name, first line) to source for every definition in a text; 0 for a class."""
    index: dict[tuple[str, int], str] = {}
    lines = _lines(text)
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.ClassDef):
            index[node.name, 0] = _segment(lines, node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            index[node.name, _first_line(node)] = _segment(lines, node)
        elif isinstance(node, ast.Lambda):
            index["<lambda>", node.lineno] = _cut(lines, node)
    return index


def _lines(text: str) -> list[str]:
    """Return the lines of a text as the parser counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Return the line at which a code object says that it starts: decorators count."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _cut(lines: list[str], node: ast.Lambda) -> str:
    """Cut an expression out of a text's lines."""
    own = [line.encode() for line in lines[node.lineno - 1 : node.end_lineno]]
    own[-1] = own[-1][: node.end_col_offset]
    own[0] = own[0][node.col_offset :]
    return b"\n".join(own).decode()


def _segment(lines: list[str], node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    """Cut a definition out of a text's lines, decorators included, moved to the left margin."""
    own = lines[_first_line(node) - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(own)).strip() + "\n"
