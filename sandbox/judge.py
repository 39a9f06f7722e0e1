"""The harm monitor: what code may say.

The policy judges source text; it changes nothing and runs nothing. After a clean verdict the same
text is compiled as it is, so it runs at native speed. It is not the wall: WebAssembly, a container
or a jailed process keeps code in. The policy tells what code *tries to do*, so that harm can end a
life and a slip can be explained.

The rules themselves are the table in `sandbox.rules`.
"""
# ruff: noqa: N802 - visitors are named after the nodes that they visit

import ast
import builtins
import math
import re
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.nesting import MAX_SOURCE, too_much
from sandbox.parsing import Mode, parse
from sandbox.places import Places, outside
from sandbox.rules import (
    ALLOWED_DUNDERS,
    ALLOWED_MODULES,
    BEYOND,
    CHAIN,
    CODE,
    CODE_FIELDS,
    DUNDER,
    GUARDED,
    IMPORT,
    INSTEAD,
    MAX_NESTING,
    MAX_NODES,
    READ_ONLY,
    RULES,
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY,
    UNKNOWN,
    WRITTEN,
    Kind,
    Rule,
    Where,
    names_of,
)

MAX_VIOLATIONS = 32
MAX_MESSAGE_LINES = 8


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the policy does not let pass.

    Attributes:
        kind: How bad it is.
        what: The construct and the reason.
        line: Where it starts in the text, if it starts anywhere.
    """

    kind: Kind
    what: str
    line: int | None

    def as_dict(self) -> dict[str, str | int | None]:
        """The violation as it is journalled and sent."""
        return {"kind": self.kind, "what": self.what, "line": self.line}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about one text.

    Attributes:
        violations: In the order of the text; empty when the text is clean.
    """

    violations: tuple[Violation, ...] = ()

    @classmethod
    def of(cls, data: Iterable[Mapping[str, Any]]) -> "Verdict":
        """Return the verdict that `as_list` made `data` from."""
        return cls(tuple(Violation(**each) for each in data))

    def as_list(self) -> list[dict[str, str | int | None]]:
        """The verdict as it is journalled and sent."""
        return [violation.as_dict() for violation in self.violations]

    @property
    def ok(self) -> bool:
        """Whether the text may be compiled and run."""
        return not self.violations

    @property
    def harm(self) -> bool:
        """Whether the text acts on the host or on the wall."""
        return any(violation.kind == "harm" for violation in self.violations)

    @property
    def message(self) -> str:
        """One text for the model or person who wrote the code; empty when the text is clean."""
        shown = self.violations[:MAX_MESSAGE_LINES]
        lines = [f"line {v.line or '?'}: {v.kind}: {v.what}" for v in shown]
        more = len(self.violations) - len(shown)
        return "\n".join([*lines, f"and {more} more"] if more else lines)


def _rules_by_name(*where: Where) -> dict[str, Rule]:
    return {name: rule for rule in RULES if rule.where in where for name in rule.names}


_NAMES = _rules_by_name("name")
_ATTRIBUTES = _rules_by_name("name", "attribute")
_BUILTINS = _rules_by_name("builtin")
_MODULES = _rules_by_name("module")
_PATHS = _rules_by_name("path")
_FILES = _rules_by_name("file")


def _violation(rule: Rule, what: str, line: int | None) -> Violation:
    return Violation(rule.kind, f"{what[:80]}: {rule.reason}", line)


def judge_name(name: str, line: int | None = None) -> Violation | None:
    """Judge a name that is bound or read."""
    rule = _NAMES.get(name)
    special = len(name) > 4 and name[:2] == name[-2:] == "__"
    if rule is None and special and name not in ALLOWED_DUNDERS:
        rule = DUNDER
    return _violation(rule, name, line) if rule else None


def judge_attribute(name: str, line: int | None = None) -> Violation | None:
    """Judge an attribute, whether it is written in the text or computed at run time."""
    rule = _ATTRIBUTES.get(name)
    return _violation(rule, name, line) if rule else judge_name(name, line)


def judge_write(name: str, line: int | None = None) -> Violation | None:
    """Judge an attribute that is set or deleted."""
    if name in READ_ONLY:
        return _violation(WRITTEN, name, line)
    return judge_attribute(name, line)


def judge_fields(names: Iterable[str]) -> Violation | None:
    """Judge the names that a class gives to positional patterns."""
    return next(filter(None, map(judge_attribute, names)), None)


def judge_builtin(name: str, line: int | None = None) -> Violation | None:
    """Judge a builtin function by its name."""
    rule = _BUILTINS.get(name)
    return _violation(rule, name, line) if rule else None


def judge_module(name: str, line: int | None = None) -> Violation | None:
    """Judge the import of a module by its absolute name."""
    if name in ALLOWED_MODULES:
        return None
    root = name.partition(".")[0]
    rule = _MODULES.get(name) or _MODULES.get(root, IMPORT)
    if rule is IMPORT and root in INSTEAD:
        rule = replace(IMPORT, reason=f"it cannot be imported; {INSTEAD[root]}")
    return _violation(rule, f"import {name}", line)


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
_CLASSES = frozenset(name for name, each in vars(builtins).items() if isinstance(each, type))
_LITERALS = (
    *(ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Lambda),
    *(ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp),
)
_RUNS_TEXT = frozenset({"exec", "eval", "compile"})
_FORMATTED = re.compile(r"\.(\w+)")
_PYTHON_FILE = re.compile(r"(?:^|/)([^\W\d]\w*)\.py$")
LONGEST_NAME = 200
"""Of a file that is looked for in a text."""
_GIVES_PATH = names_of(
    """home cwd parent joinpath absolute resolve expanduser with_name with_stem with_suffix
    relative_to"""
)


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
        self._files: set[str] = set()
        self._paths: dict[str, str] = {}
        self._bound: set[str] = set()
        self._places = Places(self._path)
        self._read: set[ast.AST] = set()
        nodes = list(self._walk(tree))
        for node in nodes:
            self._bind(node)
        for node in nodes:
            self.visit(node)
            self._check_identifiers(node)

    def _walk(self, tree: ast.AST) -> Iterator[ast.AST]:
        stack = [(tree, 0)]
        while stack:
            node, depth = stack.pop()
            if depth > MAX_NESTING:
                self._add(_violation(TOO_DEEP, "nesting", getattr(node, "lineno", None)))
                return
            if self._effort.spent():
                self._add(_violation(TOO_MANY, "too many nodes", getattr(node, "lineno", None)))
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
        self._add(_violation(UNKNOWN, what, getattr(node, "lineno", None)))

    def node_contents_visit(self, node: Any) -> Any:
        """Leave the children to the walk."""
        return node

    # What names stand for: enough to see through aliases, no more.

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for name in names:
                    root = name.name.partition(".")[0]
                    self._paths[name.asname or root] = name.name if name.asname else root
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for name in names:
                    self._paths[name.asname or name.name] = f"{module}.{name.name}"
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
                | ast.withitem(optional_vars=ast.Name(id=name), context_expr=value)
            ):
                if path := self._path(value):
                    self._paths[name] = path
                if place := self._places.of(value):
                    self._places.names[name] = place
            case ast.Constant(value=str(text)) if found := _PYTHON_FILE.search(
                text[-LONGEST_NAME:]
            ):
                self._files.add(found[1])
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                self._bound.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._bound.add(node.name)

    def _path(self, node: ast.AST | None) -> str | None:
        """The dotted path that an expression stands for, such as "os.system", or None."""
        attributes: list[str] = []
        root = None
        while root is None:
            match node:
                case ast.Attribute():
                    attributes.append(node.attr)
                    node = node.value
                case ast.Call(
                    func=ast.Name(id="getattr"),
                    args=[owner, ast.Constant(value=str(attribute)), *_],
                ):
                    attributes.append(attribute)
                    node = owner
                case ast.Call(
                    func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                    args=[ast.Constant(value=str(module)), *_],
                ):
                    root = module
                case ast.Call():
                    node = node.func
                case ast.NamedExpr():
                    node = node.value
                case ast.BinOp():
                    node = node.left  # Path("a") / "b" acts like Path
                case ast.Name(id=name) if name in self._paths:
                    root = self._paths[name]
                case ast.Name(id=name) if (
                    name in _BUILTINS or name in _FILES
                ) and name not in self._bound:
                    root = name
                case _:
                    return None
        path = ".".join([root, *reversed(attributes)])
        return _plain_path(path) if len(path) < 200 else None

    # What is looked at.

    def _check_identifiers(self, node: ast.AST) -> None:
        for field in _IDENTIFIERS.get(type(node).__name__, ()):
            value = getattr(node, field)
            for name in value if isinstance(value, list) else (value,):
                if isinstance(name, str):
                    self._add(judge_name(name, getattr(node, "lineno", None)))

    def _check_path(self, node: ast.expr) -> None:
        path = self._path(node)
        rule = _PATHS.get(path or "") or _BUILTINS.get(path or "")
        if rule and path:
            self._add(_violation(rule, path, node.lineno))

    def _check_file(self, call: ast.Call) -> None:
        path = self._path(call.func)
        rule = _FILES.get(path or "")
        if rule is None or path is None:
            return
        for place in filter(outside, self._places.changed(call, path)):
            self._add(_violation(rule, f"{path}({place!r})", call.lineno))

    def _check_module(self, name: str, line: int) -> None:
        """Judge an import, which may be of a file that is there, or that the text may write.

        Whether there is one is seen when the module is asked for.
        """
        violation = judge_module(name, line)
        own = name in self._own or name in self._files
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
        if name == "__subclasses__" and self._is_builtin(node.value):
            return _violation(CHAIN, name, line)
        return None if name in GUARDED else judge_attribute(name, line)

    def _is_builtin(self, node: ast.expr) -> bool:
        """Whether an expression starts from a literal, or from a class that everybody has."""
        while True:
            match node:
                case ast.Call(func=ast.Name(id="type"), args=[below]):
                    node = below
                case ast.Attribute(value=below) | ast.Subscript(value=below) | ast.Call(func=below):
                    node = below
                case ast.Name(id=name):
                    return name in _CLASSES and name not in self._bound | self._paths.keys()
                case _:
                    return isinstance(node, _LITERALS)

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
                elif name == "__subclasses__" and call.args and self._is_builtin(call.args[0]):
                    add(_violation(CHAIN, name, call.lineno))
                elif function not in ("getattr", "hasattr") or name not in GUARDED:
                    add(judge_attribute(name, call.lineno))

    def _check_text(self, text: str, mode: Mode, line: int) -> None:
        """Look at a text that is to run for harm alone: the guest judges the rest when it runs."""
        if not self._effort.all_spent:
            for found in _judged(text, mode, self._effort, self._own).violations:
                self._add_harm(Violation(found.kind, found.what, line))
        if self._effort.all_spent:
            self._add(_violation(TOO_MANY, "too many nodes", line))

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
            path = _plain_path(f"{node.module}.{name.name}")
            if node.level == 0 and path in _PATHS:
                self._add(_violation(_PATHS[path], path, node.lineno))
        return node


def _accept(self: _Judge, node: ast.AST) -> ast.AST:
    return node


for _name in {*_HARMLESS_NODES, *_IDENTIFIERS} - {"Name"}:
    setattr(_Judge, f"visit_{_name}", _accept)


def _plain_path(path: str) -> str:
    if path.startswith("pathlib.Path."):
        return ".".join(part for part in path.split(".") if part not in _GIVES_PATH)
    return path.removeprefix("builtins.")


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
        return Verdict((_violation(TOO_LONG, f"{len(source):,} characters", None),))
    if beyond := too_much(source):
        return Verdict((_violation(BEYOND[beyond[0]], f"too many {beyond[0]}", beyond[1]),))
    try:
        tree = parse(source, mode)
    except (RecursionError, MemoryError):
        return Verdict((_violation(TOO_DEEP, "nesting", None),))
    except SyntaxError as error:
        return Verdict((Violation("syntax", _printable(error.msg), error.lineno or None),))
    except ValueError as error:  # NUL bytes, lone surrogates
        return Verdict((Violation("syntax", _printable(str(error)), None),))
    found = dict.fromkeys(_Judge(tree, effort, own).violations)
    worst = sorted(found, key=lambda v: (v.kind != "harm", v.line or 0))[:MAX_VIOLATIONS]
    return Verdict(tuple(sorted(worst, key=lambda v: v.line or 0)))


def _printable(text: str) -> str:
    return text[:200].encode("utf-8", "backslashreplace").decode()
