"""Near misses: functions that differ from an answer in one place, as mistakes do.

Inputs are worth something where they tell these from the answer, so they are chosen by them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from sandbox.parsing import parse


class Compiled(NamedTuple):
    """An expression and its near misses.

    Attributes:
        code: Gives a tuple of functions when it is evaluated; the first one is the answer.
        near: Numbers around which they may differ.
    """

    code: CodeType
    near: tuple[int, ...]


@lru_cache(1024)
def compiled(parameters: str, expression: str) -> Compiled:
    """Return an expression of such parameters, and what is nearly the same."""
    tree: Any = parse(f"lambda {parameters}: {expression}", "eval")
    function: ast.Lambda = tree.body
    bodies: list[Any] = [function.body, *_variants(function.body)]
    tree.body = ast.Tuple([ast.Lambda(function.args, body) for body in bodies], ast.Load())
    constants = [each.value for each in ast.walk(function) if isinstance(each, ast.Constant)]
    numbers = {0, *(each for each in constants if type(each) is int)}
    near = sorted({number + off for number in numbers for off in (-1, 0, 1)})
    return Compiled(compile(ast.fix_missing_locations(tree), "<misses>", "eval"), tuple(near))


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield trees that differ from this one in a single place."""
    yield from _instead(node)
    for name, value in ast.iter_fields(node):
        parts = value if isinstance(value, list) else [value]
        for place, part in enumerate(parts):
            for variant in _variants(part) if isinstance(part, ast.AST) else ():
                changed = [*parts[:place], variant, *parts[place + 1 :]]
                yield _with(node, **{name: changed if isinstance(value, list) else variant})


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what might be written by mistake in place of a node."""
    match node:
        case ast.Lt():
            yield ast.LtE()
        case ast.Gt():
            yield ast.GtE()
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from map(ast.Constant, sorted({value - 1, value + 1, 0} - {value}))
        case ast.Constant(value=str(value)):
            for place in range(len(value)):
                yield ast.Constant(value[:place] + value[place + 1 :])
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.comprehension(ifs=[_]):
            yield _with(node, ifs=[])
        case ast.Call(func=ast.Attribute(value=value)):
            yield value
        case ast.Call(args=[first, *_], keywords=keywords) if not _is_lazy(first):
            yield first
            yield from (_with(node, keywords=[]) for _ in keywords[:1])


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_lazy(node: ast.AST) -> bool:
    return isinstance(node, ast.GeneratorExp)
