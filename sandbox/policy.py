"""The harm monitor: what code may say.

The policy judges source text; it changes nothing and runs nothing. After a clean verdict the same
text is compiled as it is, so it runs at native speed. It is not the wall: WebAssembly, a container
or a jailed process keeps code in. The policy tells what code *tries to do*, so that harm can end a
life and a slip can be explained.

`RULES` is the whole policy; ``python -m sandbox.policy`` prints it as the table in docs/policy.md.
"""
# ruff: noqa: N802 - visitors are named after the nodes that they visit

import ast
import re
import threading
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from RestrictedPython.transformer import INSPECT_ATTRIBUTES, RestrictingNodeTransformer

Kind = Literal["syntax", "blocked", "harm"]
Mode = Literal["exec", "eval"]
Where = Literal["text", "builtin", "open", "module", "path", "name", "attribute"]

MAX_SOURCE = 262_144
# The parser inside the guest has a small stack and no guard of its own: it ends the guest at about
# 120 brackets in one another, 400 operators in one chain. What is let through must survive there.
MAX_NESTING = 100
MAX_BRACKETS = 40
MAX_CHAIN = 300
MAX_VIOLATIONS = 32
MAX_MESSAGE_LINES = 8


def _names(names: str, prefix: str = "", suffix: str = "") -> frozenset[str]:
    return frozenset(f"{prefix}{name}{suffix}" for name in names.split())


ALLOWED_MODULES = _names(
    """__future__ abc array ast base64 binascii bisect calendar cmath collections collections.abc
    colorsys contextlib copy dataclasses datetime decimal difflib enum fractions functools graphlib
    hashlib heapq html io itertools json keyword math numbers operator pprint random re secrets
    statistics string struct textwrap time types typing unicodedata uuid weakref"""
)

_OPERATORS = "add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift"

ALLOWED_DUNDERS = frozenset[str]().union(
    *(_names(_OPERATORS, f"__{prefix}", "__") for prefix in ("", "r", "i")),
    _names(
        """abs aenter aexit aiter all anext annotations author await bool bytes call cause ceil
        class class_getitem complex contains context copy copyright credits date debug deepcopy del
        delattr delete delitem dir doc email enter eq exit float floor format fspath future ge get
        getattr getitem getstate gt hash import index init init_subclass instancecheck int invert
        iter le len length_hint license lt main match_args members missing module mro_entries name
        ne neg new next notes pos post_init prepare qualname repr reversed round set set_name
        setattr setitem setstate sizeof slots str subclasscheck subclasshook suppress_context trunc
        type_params version wrapped""",
        "__",
        "__",
    ),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy.

    Attributes:
        construct: What the row is about, for people.
        kind: The verdict.
        reason: Why, and what to do instead.
        examples: Texts whose worst violation is of this kind.
        where: What in a text its names are compared with; ``path`` is a dotted path as far as the
            judge can follow one through imports and assignments.
        names: The names that the row decides; empty where structure decides.
    """

    construct: str
    kind: Kind
    reason: str
    examples: tuple[str, ...] = ()
    where: Where = "text"
    names: frozenset[str] = frozenset()


_SYNTAX = Rule(
    "text that is not Python",
    "syntax",
    "the parser refuses it",
    ("x = = 1", "def f(:", "x = '\x00'"),
)
_TOO_LONG = Rule(f"more than {MAX_SOURCE:,} characters", "blocked", "write less at a time")
_TOO_DEEP = Rule(
    f"nesting deeper than {MAX_NESTING}, or than {MAX_BRACKETS} brackets",
    "blocked",
    "split it into smaller expressions and blocks",
    ("x = " + "-" * 200 + "1", "x = " + "(" * 50 + "1" + ")" * 50),
)
_UNKNOWN = Rule(
    "syntax outside the list of known nodes",
    "blocked",
    "new syntax is refused until somebody has looked at it",
)
_READ = Rule(
    "opening a file for reading",
    "blocked",
    "there are no files here; keep data in attributes of self",
    ("open('notes.txt')", "with open(p) as f: pass", "read = open"),
    "open",
    _names(
        """open io.open codecs.open pathlib.Path.open gzip.open bz2.open lzma.open tarfile.open
        zipfile.ZipFile shelve.open dbm.open"""
    ),
)
_WRITE = Rule(
    "opening a file for writing",
    "harm",
    "it writes to the host; keep data in attributes of self",
    ("open(p, 'w')", "open('log', mode='a')", "import io\nio.open(p, 'r+b')"),
)
_IMPORT = Rule(
    "any other import",
    "blocked",
    "only harmless standard modules can be imported, such as collections, dataclasses, datetime, "
    "functools, itertools, json, math, random, re, statistics, string, time, typing",
    ("import requests", "import os", "from . import x", "__import__('sys')"),
)
_DUNDER = Rule(
    "any other double-underscore name",
    "blocked",
    "only the usual special names are allowed, such as __init__, __name__, __class__, __repr__",
    ("f.__defaults__", "C.__mro__", "x.__reduce__()"),
)

RULES: tuple[Rule, ...] = (
    _SYNTAX,
    _TOO_LONG,
    _TOO_DEEP,
    _UNKNOWN,
    Rule(
        "asking the terminal",
        "blocked",
        "there is no terminal here; answers come from the model, and return ends the loop",
        ("name = input()", "breakpoint()", "quit()"),
        "builtin",
        _names("input breakpoint help exit quit license credits copyright"),
    ),
    _READ,
    _WRITE,
    _IMPORT,
    Rule(
        "modules that exist to act on the host",
        "harm",
        "it starts processes, opens sockets, sends signals or reaches memory",
        ("import ctypes", "from subprocess import run", "__import__('socket')"),
        "module",
        _names(
            """ctypes _ctypes cffi socket _socket socketserver subprocess _posixsubprocess signal
            _signal pty multiprocessing _multiprocessing posix nt _winapi msvcrt winreg"""
        ),
    ),
    Rule(
        "running and ending processes",
        "harm",
        "it acts on the host's processes",
        (
            "import os\nos.system('ls')",
            "from os import fork",
            "import os as o\no.kill(1, 9)",
            "__import__('os').popen('ls')",
            "import os\ngetattr(os, '_exit')(1)",
        ),
        "path",
        _names(
            """system popen execl execle execlp execlpe execv execve execvp execvpe spawnl spawnle
            spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp startfile fork
            forkpty kill killpg abort _exit setsid setuid setgid seteuid setegid chroot putenv
            unsetenv""",
            "os.",
        )
        | _names("create_subprocess_exec create_subprocess_shell", "asyncio.")
        | _names("webbrowser.open pdb.set_trace"),
    ),
    Rule(
        "deleting, moving and changing files",
        "harm",
        "it changes the host's files; keep data in attributes of self",
        (
            "import os\nos.remove(p)",
            "import shutil\nshutil.rmtree('/')",
            "from pathlib import Path\nPath(p).write_text('x')",
            "from pathlib import Path\np = Path('a') / 'b'\np.unlink()",
        ),
        "path",
        _names(
            """remove unlink rmdir removedirs rename renames replace truncate ftruncate write writev
            pwrite O_WRONLY O_RDWR O_CREAT fdopen chmod fchmod lchmod chown fchown lchown link
            symlink mkdir makedirs mkfifo mknod utime sendfile dup2 setxattr removexattr""",
            "os.",
        )
        | _names(
            """rmtree move copy copy2 copyfile copytree copymode copystat chown make_archive
            unpack_archive""",
            "shutil.",
        )
        | _names(
            """write_text write_bytes unlink rmdir mkdir touch rename replace symlink_to hardlink_to
            chmod lchmod""",
            "pathlib.Path.",
        )
        | _names(
            "NamedTemporaryFile TemporaryFile TemporaryDirectory mkstemp mkdtemp", "tempfile."
        ),
    ),
    Rule(
        "reaching the interpreter",
        "harm",
        "it leads out of the organism to the code that runs it",
        ("import sys\nsys._getframe()", "import gc\ngc.get_objects()", "import sys\nsys.modules"),
        "path",
        _names("_getframe _current_frames settrace setprofile modules addaudithook", "sys.")
        | _names("get_objects get_referrers get_referents", "gc.")
        | _names("currentframe stack trace getouterframes getinnerframes", "inspect."),
    ),
    Rule(
        "chains that lead to the host",
        "harm",
        "it leads out of the organism to the code that runs it",
        (
            "().__class__.__base__.__subclasses__()",
            "f.__globals__",
            "getattr(f, '__code__')",
            "__builtins__['open']",
            "vars(f)['__globals__']",
            "'{0.__globals__}'.format(f)",
            "match f:\n    case object(__closure__=c): pass",
        ),
        "name",
        _names("__subclasses__ __globals__ __code__ __closure__ __builtins__ __loader__"),
    ),
    Rule(
        "frames",
        "harm",
        "it leads out of the organism to the code that runs it",
        ("g.gi_frame", "e.__traceback__.tb_frame", "frame.f_back", "getattr(g, 'gi_code')"),
        "attribute",
        frozenset(INSPECT_ATTRIBUTES) - {"tb_next"},
    ),
    _DUNDER,
    Rule(
        "`__dict__` of anything but `self` and `other`",
        "blocked",
        "use vars(x)",
        ("C.__dict__", "getattr(x, '__dict__')"),
        "attribute",
        _names("__dict__"),
    ),
    Rule(
        "back doors without double underscores",
        "blocked",
        "it reads other modules or walks the stack",
        ("Enum._convert_('X', 'os', f)", "tb.tb_next"),
        "attribute",
        _names("_convert_ _evaluate tb_next"),
    ),
)


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


def _violation(rule: Rule, what: str, line: int | None) -> Violation:
    return Violation(rule.kind, f"{what[:80]}: {rule.reason}", line)


def judge_name(name: str, line: int | None = None) -> Violation | None:
    """Judge a name that is bound or read."""
    rule = _NAMES.get(name)
    special = len(name) > 4 and name[:2] == name[-2:] == "__"
    if rule is None and special and name not in ALLOWED_DUNDERS:
        rule = _DUNDER
    return _violation(rule, name, line) if rule else None


def judge_attribute(name: str, line: int | None = None) -> Violation | None:
    """Judge an attribute, whether it is written in the text or computed at run time."""
    rule = _ATTRIBUTES.get(name)
    return _violation(rule, name, line) if rule else judge_name(name, line)


def judge_builtin(name: str, line: int | None = None) -> Violation | None:
    """Judge a builtin function by its name."""
    rule = _BUILTINS.get(name)
    return _violation(rule, name, line) if rule else None


def judge_module(name: str, line: int | None = None) -> Violation | None:
    """Judge the import of a module by its absolute name."""
    if name in ALLOWED_MODULES:
        return None
    rule = _MODULES.get(name) or _MODULES.get(name.partition(".")[0], _IMPORT)
    return _violation(rule, f"import {name}", line)


def judge_open(mode: object, line: int | None = None) -> Violation:
    """Judge the opening of a file; a mode that is not known yet counts as reading."""
    writes = isinstance(mode, str) and not set("wax+").isdisjoint(mode)
    if writes:
        return _violation(_WRITE, f"open(..., {mode!r})", line)
    return _violation(_READ, "open", line)


# Nodes that RestrictedPython rewrites or does not know, and that need no look of their own.
_HARMLESS_NODES = _names(
    """AnnAssign AsyncFor AsyncWith AugAssign Await BinOp Constant Delete DictComp For GeneratorExp
    Lambda ListComp MatMult Match MatchMapping MatchOr MatchSequence MatchSingleton MatchValue
    Module NamedExpr SetComp Try TryStar TypeAlias With arguments comprehension match_case
    withitem"""
)

# Fields that hold identifiers. The parser has normalised them (NFKC) already.
_IDENTIFIERS = {
    "Name": ("id",), "arg": ("arg",), "keyword": ("arg",), "alias": ("name", "asname"),
    "FunctionDef": ("name",), "AsyncFunctionDef": ("name",), "ClassDef": ("name",),
    "ExceptHandler": ("name",), "Global": ("names",), "Nonlocal": ("names",),
    "MatchAs": ("name",), "MatchStar": ("name",), "MatchMapping": ("rest",),
    "TypeVar": ("name",), "ParamSpec": ("name",), "TypeVarTuple": ("name",),
}  # fmt: skip

_BY_NAME = _names(
    """getattr setattr delattr hasattr attrgetter methodcaller __getattribute__ __getattr__
    __setattr__ __delattr__"""
)
_RUNS_TEXT = frozenset({"exec", "eval", "compile"})
_GIVES_PATH = _names(
    """home cwd parent joinpath absolute resolve expanduser with_name with_stem with_suffix
    relative_to"""
)


class _Judge(RestrictingNodeTransformer):  # type: ignore[misc]  # it is untyped
    """RestrictedPython's list of known nodes, with its rewriting taken out.

    The walk is a loop, not a recursion: each visitor looks at its own node and leaves the children
    alone, so no text can exhaust the stack of the interpreter that judges it.
    """

    def __init__(self, tree: ast.AST) -> None:
        super().__init__()
        self.violations: list[Violation] = []
        self._paths: dict[str, str] = {}
        self._bound: set[str] = set()
        self._opened: set[ast.AST] = set()
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
                self._add(_violation(_TOO_DEEP, "nesting", getattr(node, "lineno", None)))
                return
            yield node
            deeper = depth + max(1, len(getattr(node, "generators", ())))  # each is a loop inside
            children = [(child, deeper) for child in ast.iter_child_nodes(node)]
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
        self._add(_violation(_UNKNOWN, what, getattr(node, "lineno", None)))

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
            ) if path := self._path(value):
                self._paths[name] = path
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
                    name in _BUILTINS or name in _READ.names
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
        elif path in _READ.names and node not in self._opened and not isinstance(node, ast.Call):
            self._add(judge_open(None, node.lineno))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Judge what a name stands for."""
        if isinstance(node.ctx, ast.Load):
            self._check_path(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Judge an attribute by its name, and by what it stands for."""
        own = isinstance(node.value, ast.Name) and node.value.id in ("self", "other")
        if not (own and node.attr == "__dict__"):
            self._add(judge_attribute(node.attr, node.lineno))
        self._check_path(node)
        match node:
            case ast.Attribute(
                value=ast.Constant(value=str(text)), attr="format" | "format_map"
            ) if "{" in text:
                for name in re.findall(r"\.(\w+)", text):
                    self._add_harm(judge_attribute(name, node.lineno))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Judge calls that open files, reach attributes by name, import, or run text."""
        path = self._path(node.func)
        if path in _READ.names:
            self._opened.add(node.func)
            self._add(judge_open(_mode(node, path), node.lineno))
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _BY_NAME:
                add = self._add_harm if name == "hasattr" else self._add
                for text in _texts(node.args):
                    for attribute in text.split("."):
                        add(judge_attribute(attribute, node.lineno))
                self._check_path(node)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                self._add(judge_module(module, node.lineno))
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if (
                name in _RUNS_TEXT
            ):
                # The guest judges the text when it runs; its harm counts here, where nobody lies.
                for violation in judge(text, "eval" if name == "eval" else "exec").violations:
                    self._add_harm(replace(violation, line=node.lineno))
        return node

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

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Judge ``__match_args__``, which makes class patterns read attributes by name."""
        if any(isinstance(name, ast.Name) and name.id == "__match_args__" for name in node.targets):
            names = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if len(list(_texts(names))) < len(names):
                self._add(_violation(_DUNDER, "__match_args__ without literal names", node.lineno))
            for name in _texts(names):
                self._add(judge_attribute(name, node.lineno))
        return node

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Judge imported modules."""
        for name in node.names:
            self._add(judge_module(name.name, node.lineno))
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """Judge the module and what is taken from it."""
        self._add(judge_module("." * node.level + (node.module or ""), node.lineno))
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


def _mode(call: ast.Call, path: str) -> object:
    position = 0 if path == "pathlib.Path.open" else 1
    modes = [word.value for word in call.keywords if word.arg == "mode"]
    modes += call.args[position : position + 1]
    return modes[0].value if modes and isinstance(modes[0], ast.Constant) else None


_TOKEN = re.compile(
    r"""(?sx) \#[^\n]* | \\\n | \d[\w.]*(?:(?<=[eE])[-+]\d+)?
    | \"{3}(?:[^"\\]|\\.|"(?!""))*+\"{3} | "(?:[^"\\\n]|\\.)*+"
    | '{3}(?:[^'\\]|\\.|'(?!''))*+'{3} | '(?:[^'\\\n]|\\.)*+'
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<comma>,) | (?P<line>\n(?P<top>(?![\s\#]|el))?)
    | (?P<chain>[-+*/%@&|^~.] | \b(?:not|else|await)\b) | (?P<nest>\b(?:lambda|elif)\b) | \w+"""
)


def _too_deep(source: str) -> int | None:
    """The line where the text nests deeper than a parser can bear, guessed without parsing.

    It adds up what can nest since the last separator: too much for a long sum, never too little.
    """
    nests, chains = 0, [0]
    for token in _TOKEN.finditer(source):
        match token.lastgroup:
            case "open":
                chains[-1] += 1
                chains.append(0)
            case "close" if len(chains) > 1:
                chains.pop()
            case "comma":
                chains[-1] = 0
            case "chain":
                chains[-1] += 1
            case "nest":
                nests += 1
            case "line" if len(chains) == 1:
                chains[0] = 0
                if token["top"] is not None:
                    nests = 0
            case _:
                continue
        if len(chains) > MAX_BRACKETS + 1 or sum(chains) + nests > MAX_CHAIN:
            return source.count("\n", 0, token.start()) + 1
    return None


# Python's warning filters belong to the whole process, so one thread at a time may change them.
_QUIET = threading.Lock()


def _parse(source: str, mode: Mode) -> ast.AST:
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source.lstrip(" \t") if mode == "eval" else source, "<text>", mode)


def judge(source: str, mode: Mode = "exec") -> Verdict:
    """Judge one text. Never raises, whatever the text is.

    Args:
        source: The text.
        mode: Whether the text is a program or one expression.
    """
    if len(source) > MAX_SOURCE:
        return Verdict((_violation(_TOO_LONG, f"{len(source):,} characters", None),))
    if (line := _too_deep(source)) is not None:
        return Verdict((_violation(_TOO_DEEP, "nesting", line),))
    try:
        tree = _parse(source, mode)
    except (RecursionError, MemoryError):
        return Verdict((_violation(_TOO_DEEP, "nesting", None),))
    except SyntaxError as error:
        return Verdict((Violation("syntax", _printable(error.msg), error.lineno or None),))
    except ValueError as error:  # NUL bytes, lone surrogates
        return Verdict((Violation("syntax", _printable(str(error)), None),))
    found = dict.fromkeys(_Judge(tree).violations)
    worst = sorted(found, key=lambda v: (v.kind != "harm", v.line or 0))[:MAX_VIOLATIONS]
    return Verdict(tuple(sorted(worst, key=lambda v: v.line or 0)))


def _printable(text: str) -> str:
    return text[:200].encode("utf-8", "backslashreplace").decode()


def markdown() -> str:
    """The policy as a Markdown table and lists."""
    rows = ["| Construct | Verdict | Why, and what to do instead | Examples |", "|---|---|---|---|"]
    for rule in RULES:
        examples = ", ".join(f"`{example}`" for example in map(_one_line, rule.examples))
        rows.append(f"| {rule.construct} | {rule.kind} | {rule.reason} | {examples} |")
    names = [
        *((rule.construct, sorted(rule.names)) for rule in RULES if rule.names),
        ("modules that can be imported", sorted(ALLOWED_MODULES)),
        ("double-underscore names that are allowed", sorted(ALLOWED_DUNDERS)),
    ]
    lists = [f"- {title}: " + ", ".join(f"`{x}`" for x in items) for title, items in names]
    return "\n".join([*rows, "", *lists]) + "\n"


def _one_line(example: str) -> str:
    text = example.replace("\n", "; ").replace("|", "\\|").replace("\x00", "\\x00")
    return text if len(text) < 70 else text[:20] + "…"


if __name__ == "__main__":
    print(markdown(), end="")
