"""An organism as a text in front of an answer, so that analyzers see the answer as it will run.

What has a source is there with it. Of what was assigned only the name is known: it may be anything.
"""

from __future__ import annotations

import ast
import keyword
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from sandbox.parsing import statements

CLASS = "AutonomousLLM"
BELOW = """\
from typing import Any as _Any
class Body:
    def __setattr__(self, name: str, value: object) -> None: ...
    def finish(self, result: object = None) -> None: ...
    def give_up(self, reason: str = "") -> None: ...
    def checkpoint(self) -> None: ...
    def restore(self) -> None: ...
    def everything(self) -> _Any: ...
def ask_model(query: _Any) -> _Any: ...
def describe(organism: object, most: int = 6, full: bool = False) -> _Any: ...
def extract_code(answer: str) -> _Any: ...
def finish(result: object = None) -> None: ...
def give_up(reason: str = "") -> None: ...
def last_outcome() -> _Any: ...
def source_of(organism: object, name: str) -> _Any: ...
def surroundings() -> _Any: ...
def use_skill(name: str, arguments: dict[str, _Any]) -> _Any: ...
"""
"""What executed code finds of the world below: see `autoagent.organism.primitives`."""
ANYTHING = "{name}: _Any = None\n"
OURS = frozenset({"_Any", "Body", "self", CLASS})


def prefix(
    inborn: Mapping[str, str], sources: Mapping[str, str], names: Iterable[str], code: str
) -> str:
    """Return the text that stands for an organism in front of an answer's code.

    What the code itself binds may be anything from the start, as it may stand for the old and the
    new: `def step(self)` in an answer is no second definition, but another one.

    Args:
        inborn: Sources of the methods that it was born with.
        sources: Sources of its definitions as they are now.
        names: Names that it assigned.
        code: The answer's code.
    """
    read = {name: tree for name, text in sources.items() if (tree := statements(text))}
    everything = [node for body in read.values() for each in body for node in ast.walk(each)]
    own = [node for each in statements(code) or [] for node in ast.walk(each)]
    bound, assigned = set(_bound(own)), set(names) - sources.keys()
    assigned.update(_global([*everything, *own]))
    methods = {name: sources[name] for name, body in read.items() if _is_method(name, body)}
    outside = {name for name in sources if inborn.get(name) != sources[name]} | assigned
    kept = {
        name: sources[name]
        for name in outside - methods.keys() - bound - assigned
        if _is_definition(name, read.get(name))
    }
    inside = {name: text for name, text in methods.items() if name not in bound}
    attributes = {*sources, *assigned, *bound, *_attributes([*everything, *own])}
    return "".join(
        [
            _future(own),
            BELOW,
            f"class {CLASS}(Body):\n",
            textwrap.indent(_anything(attributes - inside.keys()), "    "),
            *(textwrap.indent(text.rstrip() + "\n", "    ") for text in inside.values()),
            f"    pass\nself: {CLASS} = {CLASS}.__new__({CLASS})\n",
            _anything(outside - kept.keys() - _imported(code)),
            *(text.rstrip() + "\n" for text in kept.values()),
        ]
    )


def _anything(names: Iterable[str]) -> str:
    return "".join(
        ANYTHING.format(name=name)
        for name in sorted(names)
        if name.isidentifier() and not keyword.iskeyword(name) and name not in OURS
    )


def _is_definition(name: str, body: list[ast.stmt] | None) -> bool:
    """Tell whether a source is one statement that defines this name."""
    match body:
        case [ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own)]:
            return own == name
    return False


def _is_method(name: str, body: list[ast.stmt]) -> bool:
    match body:
        case [ast.FunctionDef(args=given) | ast.AsyncFunctionDef(args=given)]:
            first = [*given.posonlyargs, *given.args][:1]
            return _is_definition(name, body) and [each.arg for each in first] == ["self"]
    return False


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that statements bind, wherever in them."""
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]


def _imported(code: str) -> set[str]:
    """Return the names of the modules that code begins with importing."""
    imports = takewhile(lambda each: isinstance(each, ast.Import), statements(code) or [])
    return set(_bound(alias for each in imports for alias in ast.walk(each)))


def _attributes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names of attributes that are assigned; whose they are, no text tells for sure."""
    return (
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )


def _global(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (name for node in nodes if isinstance(node, ast.Global) for name in node.names)


def _future(nodes: Iterable[ast.AST]) -> str:
    """Return a statement that must come first, if there is one."""
    named = {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    }
    return f"from __future__ import {', '.join(sorted(named))}\n" if named else ""
