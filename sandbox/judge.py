"""The harm monitor: what code may say.

The policy judges source text; it changes nothing and runs nothing. After a clean verdict the same
text is compiled as it is, so it runs at native speed. It is not the wall: WebAssembly, a container
or a jailed process keeps code in. The policy tells what code *tries to do*, so that harm can end a
life and a slip can be explained.

The rules themselves are the table in `sandbox.rules`. What a name says by itself is in
`sandbox.names`, what names in a text stand for in `sandbox.aliases`.
"""
# ruff: noqa: N802 - visitors are named after the nodes that they visit

import ast
import math
import re
import time
from collections.abc import Container, Iterable, Iterator
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.aliases import Aliases, plain_path
from sandbox.names import (
    BUILTINS,
    FILES,
    PATHS,
    judge_attribute,
    judge_module,
    judge_name,
    judge_write,
    violation_of,
)
from sandbox.nesting import MAX_SOURCE, too_much
from sandbox.parsing import Mode, parse
from sandbox.places import outside
from sandbox.rules import (
    BEYOND,
    CHAIN,
    CODE,
    CODE_FIELDS,
    GUARDED,
    MAX_NESTING,
    MAX_NODES,
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY,
    UNKNOWN,
    names_of,
)
from sandbox.verdict import Verdict, Violation

MAX_VIOLATIONS = 32

# Nodes that RestrictedPython rewrites or does not know, and that need no look of their own.
_HARMLESS_NODES = names_of(
    """AnnAssign Assign AsyncFor AsyncWith AugAssign Await BinOp Constant Delete DictComp For
    GeneratorExp Lambda ListComp MatMult Match MatchMapping MatchOr MatchSequence MatchSingleton
    MatchValue Module NamedExpr SetComp Try TryStar TypeAlias With arguments comprehension
    match_case withitem"""
)

# Fields that hold identifiers. The parser has normalised them (NFKC) already.
_IDENTIFIERS = {
    "Name": ("id",), "arg": ("arg",), "keyword": ("arg",), "alias": ("name", "asname"),
    "FunctionDef": ("name",), "AsyncFunctionDef": ("name",), "ClassDef": ("name",),
    "ExceptHandler": ("name",), "Global": ("names",), "Nonlocal": ("names",),
    "MatchAs": ("name",), "MatchStar": ("name",), "MatchMapping": ("rest",),
    "TypeVar": ("name",), "ParamSpec": ("name",), "TypeVarTuple": ("name",),
}  # fmt: skip

_BY_NAME = names_of(
    """getattr setattr delattr hasattr attrgetter methodcaller __getattribute__ __getattr__
    __setattr__ __delattr__"""
)
_RUNS_TEXT = frozenset({"exec", "eval", "compile"})
_FORMATTED = re.compile(r"\.(\w+)")


class OverdueError(Exception):
    """Judging took longer than it may: the machine is too busy, or a bound is too wide."""


class _Effort:
    """What judging one text, and the texts in it that are to run, may take.

    Args:
        until: When it is to end.
    """

    def __init__(self, until: float) -> None:
        self._until = until
        self._nodes = MAX_NODES

    def spent(self) -> bool:
        """Count a node, and tell whether that is one too many.

        Raises:
            OverdueError: The time is up.
        """
        if time.monotonic() > self._until:
            raise OverdueError("the time for judging a text is up")
        self._nodes -= 1
        return self.all_spent

    @property
    def all_spent(self) -> bool:
        """Whether there were too many nodes already."""
        return self._nodes < 0


class _Judge(RestrictingNodeTransformer):  # type: ignore[misc]  # it is untyped
    """RestrictedPython's list of known nodes, with its rewriting taken out.

    The walk is a loop, not a recursion: each visitor looks at its own node and leaves the children
    alone, so no text can exhaust the stack of the interpreter that judges it.
    """

    def __init__(self, tree: ast.AST, effort: _Effort, own: Container[str]) -> None:
        super().__init__()
        self.violations: list[Violation] = []
        self._effort = effort
        self._own = own
        self._aliases = Aliases()
        self._read: set[ast.AST] = set()
        nodes = list(self._walk(tree))
        for node in nodes:
            self._aliases.bind(node)
        for node in nodes:
            self.visit(node)
            self._check_identifiers(node)

    def _walk(self, tree: ast.AST) -> Iterator[ast.AST]:
        stack = [(tree, 0)]
        while stack:
            node, depth = stack.pop()
            if depth > MAX_NESTING:
                self._add(violation_of(TOO_DEEP, "nesting", getattr(node, "lineno", None)))
                return
            if self._effort.spent():
                self._add(violation_of(TOO_MANY, "too many nodes", getattr(node, "lineno", None)))
                return
            yield node
            deeper = depth + max(1, len(getattr(node, "generators", ())))  # each is a loop inside
            children = [
                (child, deeper)
                for child in ast.iter_child_nodes(node)
                if not isinstance(child, ast.expr_context)  # nothing is to be said of these
            ]
            stack.extend(reversed(children))  # so that nodes come in the order of the text

    def _add(self, violation: Violation | None) -> None:
        if violation is not None:
            self.violations.append(violation)

    def _add_harm(self, violation: Violation | None) -> None:
        if violation is not None and violation.kind == "harm":
            self.violations.append(violation)

    # What RestrictedPython's visitors call.

    def error(self, node: ast.AST, info: str) -> None:
        """Refuse a node that is not on the list."""
        what = f"{type(node).__name__} syntax"
        self._add(violation_of(UNKNOWN, what, getattr(node, "lineno", None)))

    def node_contents_visit(self, node: Any) -> Any:
        """Leave the children to the walk."""
        return node

    # What is looked at.

    def _check_identifiers(self, node: ast.AST) -> None:
        for field in _IDENTIFIERS.get(type(node).__name__, ()):
            value = getattr(node, field)
            for name in value if isinstance(value, list) else (value,):
                if isinstance(name, str):
                    self._add(judge_name(name, getattr(node, "lineno", None)))

    def _check_path(self, node: ast.expr) -> None:
        path = self._aliases.path(node)
        rule = PATHS.get(path or "") or BUILTINS.get(path or "")
        if rule and path:
            self._add(violation_of(rule, path, node.lineno))

    def _check_file(self, call: ast.Call) -> None:
        path = self._aliases.path(call.func)
        rule = FILES.get(path or "")
        if rule is None or path is None:
            return
        for place in filter(outside, self._aliases.places.changed(call, path)):
            self._add(violation_of(rule, f"{path}({place!r})", call.lineno))

    def _check_module(self, name: str, line: int) -> None:
        """Judge an import, which may be of a file that is there, or that the text may write.

        Whether there is one is seen when the module is asked for.
        """
        violation = judge_module(name, line)
        own = name in self._own or name in self._aliases.files
        if violation is not None and not (violation.kind == "blocked" and own):
            self._add(violation)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Judge what a name stands for."""
        if isinstance(node.ctx, ast.Load):
            self._check_path(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Judge an attribute by its name, and by what it stands for."""
        self._add(self._on_attribute(node))
        self._check_path(node)
        match node:
            case ast.Attribute(
                value=ast.Constant(value=str(text)), attr="format" | "format_map"
            ) if "{" in text:
                for name in _FORMATTED.findall(text):
                    add = self._add if name in {CODE, *GUARDED} else self._add_harm
                    add(judge_attribute(name, node.lineno))
        return node

    def _on_attribute(self, node: ast.Attribute) -> Violation | None:
        name, line = node.attr, node.lineno
        if not isinstance(node.ctx, ast.Load):
            own = isinstance(node.value, ast.Name) and node.value.id == "self"
            return None if own and name == "__dict__" else judge_write(name, line)
        match node:
            case ast.Attribute(value=ast.Attribute(attr=owner) as code) if (
                owner == CODE and name in CODE_FIELDS
            ):
                self._read.add(code)
        if node in self._read:
            return None
        if name == "__subclasses__" and self._aliases.is_builtin(node.value):
            return violation_of(CHAIN, name, line)
        return None if name in GUARDED else judge_attribute(name, line)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Judge calls that open files, reach attributes by name, import, or run text."""
        self._check_file(node)
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _BY_NAME:
                self._check_names(node, name)
                self._check_path(node)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                self._check_module(module, node.lineno)
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if (
                name in _RUNS_TEXT
            ):
                self._check_text(text, "eval" if name == "eval" else "exec", node.lineno)
        return node

    def _check_names(self, call: ast.Call, function: str) -> None:
        """Look at attributes that are reached by name."""
        add = self._add_harm if function == "hasattr" else self._add
        for text in _texts(call.args):
            for name in text.split("."):
                if function.strip("_") in ("setattr", "delattr"):
                    add(judge_write(name, call.lineno))
                elif (
                    name == "__subclasses__"
                    and call.args
                    and self._aliases.is_builtin(call.args[0])
                ):
                    add(violation_of(CHAIN, name, call.lineno))
                elif function not in ("getattr", "hasattr") or name not in GUARDED:
                    add(judge_attribute(name, call.lineno))

    def _check_text(self, text: str, mode: Mode, line: int) -> None:
        """Look at a text that is to run for harm alone: the guest judges the rest when it runs."""
        if not self._effort.all_spent:
            for found in _judged(text, mode, self._effort, self._own).violations:
                self._add_harm(Violation(found.kind, found.what, line))
        if self._effort.all_spent:
            self._add(violation_of(TOO_MANY, "too many nodes", line))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Judge look-ups such as ``vars(f)["__globals__"]``."""
        for text in _texts([node.slice]):
            self._add_harm(judge_name(text, node.lineno))
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        """Judge the attributes that a class pattern reads."""
        for name in node.kwd_attrs:
            self._add(judge_attribute(name, node.lineno))
        return node

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Judge imported modules."""
        for name in node.names:
            self._check_module(name.name, node.lineno)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """Judge the module and what is taken from it."""
        self._check_module("." * node.level + (node.module or ""), node.lineno)
        for name in node.names:
            path = plain_path(f"{node.module}.{name.name}")
            if node.level == 0 and path in PATHS:
                self._add(violation_of(PATHS[path], path, node.lineno))
        return node


def _accept(self: _Judge, node: ast.AST) -> ast.AST:
    return node


for _name in {*_HARMLESS_NODES, *_IDENTIFIERS} - {"Name"}:
    setattr(_Judge, f"visit_{_name}", _accept)


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def judge(
    source: str,
    mode: Mode = "exec",
    *,
    until: float = math.inf,
    own: Container[str] = frozenset(),
) -> Verdict:
    """Judge one text, whatever it is.

    What a text may have of characters, words and nodes bounds the time that this takes.

    Args:
        source: The text.
        mode: Whether the text is a program or one expression.
        until: When to give up, as `time.monotonic` has it.
        own: Names of modules that are files of whoever wrote the text.

    Raises:
        OverdueError: That time has come. It says nothing of the text.
    """
    return _judged(source, mode, _Effort(until), own)


def _judged(source: str, mode: Mode, effort: _Effort, own: Container[str]) -> Verdict:
    if len(source) > MAX_SOURCE:
        return Verdict((violation_of(TOO_LONG, f"{len(source):,} characters", None),))
    if beyond := too_much(source):
        return Verdict((violation_of(BEYOND[beyond[0]], f"too many {beyond[0]}", beyond[1]),))
    try:
        tree = parse(source, mode)
    except (RecursionError, MemoryError):
        return Verdict((violation_of(TOO_DEEP, "nesting", None),))
    except SyntaxError as error:
        return Verdict((Violation("syntax", _printable(error.msg), error.lineno or None),))
    except ValueError as error:  # NUL bytes, lone surrogates
        return Verdict((Violation("syntax", _printable(str(error)), None),))
    found = dict.fromkeys(_Judge(tree, effort, own).violations)
    worst = sorted(found, key=lambda v: (v.kind != "harm", v.line or 0))[:MAX_VIOLATIONS]
    return Verdict(tuple(sorted(worst, key=lambda v: v.line or 0)))


def _printable(text: str) -> str:
    return text[:200].encode("utf-8", "backslashreplace").decode()
