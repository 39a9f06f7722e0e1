"""How things that an organism has are told in a few characters, without running any of them."""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Iterable

from autoagent.organism.sources import function_of
from sandbox.parsing import statements

LONGEST_TEXT = 40
COLLECTIONS = (list, tuple, dict, set, frozenset)


def called(name: str, definition: object, *, full: bool = False) -> str:
    """Return how a definition is called: its name and parameters.

    Args:
        name: What it is called by.
        definition: A function, a class, or what wraps one.
        full: Whether with all kinds of parameters, and their defaults.
    """
    if isinstance(definition, type):
        definition = vars(definition).get("__init__")
    function = function_of(definition)
    if function is None:
        return f"{name}()"
    code = function.__code__
    names = _parameters(function) if full else code.co_varnames[: code.co_argcount]
    return f"{name}({', '.join(n for n in names if n != 'self')})"


def _parameters(function: types.FunctionType) -> list[str]:
    code, defaults = function.__code__, function.__defaults__ or ()
    count, every = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    names, named = code.co_varnames, function.__kwdefaults__ or {}
    told = list(names[:count])
    for place, value in enumerate(defaults, count - len(defaults)):
        told[place] += f"={shown(value)}"
    several = bool(code.co_flags & inspect.CO_VARARGS)
    if several or every > count:
        told.append(f"*{names[every]}" if several else "*")
    told += [f"{n}={shown(named[n])}" if n in named else n for n in names[count:every]]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        told.append(f"**{names[every + several]}")
    return told


def is_data(value: object) -> bool:
    """Tell whether `value` is something to remember, and nothing to call."""
    return not callable(value) and type(value) is not types.ModuleType


def shown(value: object) -> str:
    """Return a plain value in few characters, and the type of any other."""
    if type(value) is str:
        return repr(value[:LONGEST_TEXT])
    short = type(value) is int and abs(value) < 10**18
    plain = short or value is None or type(value) in (bool, float)
    return repr(value) if plain else type(value).__name__


def sized(name: str, value: object) -> str:
    """Return what a name stands for, with the size of what has one."""
    kind = type(value)
    if kind in COLLECTIONS:
        return f"{name}: {kind.__name__} of {len(value)}"  # type: ignore[arg-type]
    if kind is str and len(value) > LONGEST_TEXT:  # type: ignore[arg-type]
        return f"{name} = {shown(value)}... ({len(value)} characters)"  # type: ignore[arg-type]
    return f"{name} = {shown(value)}"


def passing(texts: Iterable[str]) -> set[str]:
    """Return the names that are left over from loops and ``with`` when texts have been executed."""
    found: set[str] = set()
    for text in texts:
        passed, kept = _bound(text)
        found = (found | passed) - kept
    return found


@functools.lru_cache(maxsize=256)
def _bound(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a text binds by loops and ``with`` alone, and by other statements."""
    passed: set[str] = set()
    kept: set[str] = set()
    nodes: list[ast.AST] = [*(statements(text) or [])]
    while nodes:
        node = nodes.pop()
        match node:
            case ast.For(target=target) | ast.AsyncFor(target=target):
                passed |= _names(target)
            case ast.withitem(optional_vars=ast.expr() as target):
                passed |= _names(target)
            case ast.Assign(targets=targets):
                kept = kept.union(*map(_names, targets))
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                kept |= _names(target)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                kept.add(node.name)
                continue  # what is bound inside is nobody's business here
        nodes += [each for each in ast.iter_child_nodes(node) if isinstance(each, INNER)]
    return frozenset(passed - kept), frozenset(kept)


INNER = (ast.stmt, ast.withitem, ast.ExceptHandler, ast.match_case)
"""What has statements in it, or is bound by a statement."""


def _names(target: ast.expr) -> set[str]:
    """Return the names in what is assigned to."""
    return {
        each.id
        for each in ast.walk(target)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
