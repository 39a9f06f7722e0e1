"""The policy as a table: which construct is which, and why.

``python -m sandbox.rules`` prints it as it stands in docs/policy.md.
"""

from dataclasses import dataclass
from typing import Literal

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

from sandbox.nesting import MAX_BRACKETS, MAX_FIELDS, MAX_SOURCE, MAX_WORDS, Bound

Kind = Literal["syntax", "blocked", "harm"]
Where = Literal["text", "builtin", "file", "module", "path", "name", "attribute"]

MAX_NESTING = 100
MAX_NODES = 75_000


def names_of(names: str, prefix: str = "", suffix: str = "") -> frozenset[str]:
    """Split a text into names, each with the same beginning and end."""
    return frozenset(f"{prefix}{name}{suffix}" for name in names.split())


ALLOWED_MODULES = names_of(
    """__future__ abc argparse array ast base64 binascii bisect calendar cmath collections
    collections.abc colorsys contextlib copy csv dataclasses datetime decimal difflib enum fnmatch
    fractions functools glob graphlib hashlib heapq html inspect io itertools json keyword logging
    math numbers operator os os.path pathlib pprint queue random re secrets shutil statistics string
    struct sys tempfile textwrap time timeit traceback types typing unicodedata unittest uuid
    weakref"""
)

_OPERATORS = "add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift"

ALLOWED_DUNDERS = frozenset[str]().union(
    *(names_of(_OPERATORS, f"__{prefix}", "__") for prefix in ("", "r", "i")),
    names_of(
        """abs aenter aexit aiter all anext annotations author await base bases bool bytes call
        cause ceil class class_getitem complex contains context copy copyright credits date debug
        deepcopy del delattr delete delitem dir doc email enter eq exit float floor format fspath
        future ge get getattr getitem getstate gt hash import index init init_subclass
        instancecheck int invert iter le len length_hint license lt main match_args members missing
        module mro mro_entries name ne neg new next notes pos post_init prepare qualname repr
        reversed round set set_name setattr setitem setstate sizeof slots str subclasscheck
        subclasshook suppress_context trunc type_params version wrapped""",
        "__",
        "__",
    ),
)


GUARDED = names_of("defaults dict kwdefaults subclasses traceback", "__", "__")
"""What may be read of what is one's own: whose it is, no text tells, so guards ask at run time."""

READ_ONLY = GUARDED | names_of("base bases mro", "__", "__")
"""What may be read, and never written."""

CODE = "__code__"
CODE_FIELDS = names_of(
    """argcount cellvars code exceptiontable filename firstlineno flags freevars kwonlyargcount
    lines lnotab name names nlocals positions posonlyargcount qualname stacksize varnames""",
    "co_",
)
"""What may be read of a function's code. Its constants have code objects among them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy.

    Attributes:
        construct: What the row is about, for people.
        kind: The verdict.
        reason: Why, and what to do instead.
        examples: Texts whose worst violation is of this kind.
        where: What in a text its names are compared with; ``path`` is a dotted path as far as the
            judge can follow one through imports and assignments, and ``file`` such a path that is
            called to change a file outside the working folder.
        names: The names that the row decides; empty where structure decides.
    """

    construct: str
    kind: Kind
    reason: str
    examples: tuple[str, ...] = ()
    where: Where = "text"
    names: frozenset[str] = frozenset()


SYNTAX = Rule(
    "text that is not Python",
    "syntax",
    "the parser refuses it",
    ("x = = 1", "def f(:", "x = '\x00'"),
)
TOO_LONG = Rule(f"more than {MAX_SOURCE:,} characters", "blocked", "write less at a time")
TOO_MANY = Rule(
    f"more than {MAX_WORDS:,} words and signs, or {MAX_NODES:,} nodes with the texts that it runs",
    "blocked",
    "write it in several answers, and keep what is computed in attributes of self",
    ("x, " * 20_000,),
)
TOO_MANY_FIELDS = Rule(
    f"more than {MAX_FIELDS} brackets in one f-string",
    "blocked",
    "join shorter texts, such as ''.join(f'{x}' for x in items)",
    ("x = f'" + "{x}" * 600 + "'",),
)
TOO_DEEP = Rule(
    f"nesting deeper than {MAX_NESTING}, or than {MAX_BRACKETS} brackets",
    "blocked",
    "split it into smaller expressions and blocks",
    ("x = " + "-" * 200 + "1", "x = " + "(" * 50 + "1" + ")" * 50),
)
UNKNOWN = Rule(
    "syntax outside the list of known nodes",
    "blocked",
    "new syntax is refused until somebody has looked at it",
)
IMPORT = Rule(
    "any other import",
    "blocked",
    "only harmless standard modules can be imported, such as collections, dataclasses, datetime, "
    "functools, itertools, json, math, random, re, statistics, string, time, typing; and Python "
    "files that are in the working folder",
    ("import requests", "import sqlite3", "from . import x", "__import__('socks')"),
)
DUNDER = Rule(
    "any other double-underscore name",
    "blocked",
    "only the usual special names are allowed, such as __init__, __name__, __class__, __repr__",
    ("x.__reduce__()", "print.__self__", "__spec__"),
)
WRITTEN = Rule(
    "writing what may only be read",
    "blocked",
    "it may be read, and not be changed; define the function or class anew",
    ("f.__defaults__ = (1,)", "C.__bases__ = (D,)", "del e.__traceback__"),
)
CHAIN = Rule(
    "chains from builtins to all classes",
    "harm",
    "it leads out of the organism to the code that runs it",
    ("().__class__.__base__.__subclasses__()", "object.__subclasses__()"),
)

INSTEAD: dict[str, str] = {
    module: what
    for modules, what in {
        "numpy scipy sympy": "compute with lists, math, statistics and fractions",
        "pandas polars": "csv, collections and statistics do it",
        "requests urllib http httpx aiohttp ftplib smtplib ssl": "there is no network here",
        "threading asyncio concurrent sched": "nothing runs at the same time here; call one "
        "function after the other",
        "pickle shelve dbm marshal sqlite3": "json and csv keep data in files",
        "pytest nose hypothesis doctest": "unittest and assert test",
        "yaml toml tomllib xml bs4 lxml configparser": "take it apart with re, or keep it as json",
        "pytz zoneinfo dateutil": "datetime has timezone and timedelta",
        "matplotlib seaborn plotly tkinter curses pygame": "there is no screen here; print text",
        "typing_extensions": "typing has most of it",
        "warnings": "print what you want to say",
    }.items()
    for module in modules.split()
}
"""What does for modules that cannot be imported."""

RULES: tuple[Rule, ...] = (
    SYNTAX,
    TOO_LONG,
    TOO_MANY,
    TOO_MANY_FIELDS,
    TOO_DEEP,
    UNKNOWN,
    Rule(
        "asking the terminal",
        "blocked",
        "there is no terminal here; write what you need into the code",
        ("name = input()", "breakpoint()"),
        "builtin",
        names_of("input breakpoint license credits copyright"),
    ),
    Rule(
        "help",
        "blocked",
        "there is no terminal for it here; print(x.__doc__), dir(x) and inspect.signature(x) tell",
        ("help(print)",),
        "builtin",
        frozenset({"help"}),
    ),
    Rule(
        "the file of the code",
        "blocked",
        "your code is in no file; files are in the working folder, under relative names",
        ("open(__file__)",),
        "name",
        frozenset({"__file__"}),
    ),
    IMPORT,
    Rule(
        "modules that exist to act on the host",
        "harm",
        "it starts processes, opens sockets, sends signals or reaches memory",
        ("import ctypes", "from subprocess import run", "__import__('socket')"),
        "module",
        names_of(
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
        names_of(
            """system popen execl execle execlp execlpe execv execve execvp execvpe spawnl spawnle
            spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp startfile fork
            forkpty kill killpg abort _exit setsid setuid setgid seteuid setegid chroot putenv
            unsetenv""",
            "os.",
        )
        | names_of("create_subprocess_exec create_subprocess_shell", "asyncio.")
        | names_of("webbrowser.open pdb.set_trace"),
    ),
    Rule(
        "removing, moving and overwriting what is outside the working folder",
        "harm",
        "it is not the organism's to change; work in the working folder, with relative paths",
        (
            "open('/etc/hosts', 'w')",
            "import os\nos.remove('../notes.txt')",
            "import shutil\nshutil.rmtree('/')",
            "from pathlib import Path\np = Path('~') / '.ssh'\np.unlink()",
        ),
        "file",
        names_of(
            """remove unlink rmdir removedirs rename renames replace truncate chmod lchmod chown
            lchown link symlink utime setxattr removexattr""",
            "os.",
        )
        | names_of("rmtree move copy copy2 copyfile copytree copymode copystat chown", "shutil.")
        | names_of(
            """open write_text write_bytes unlink rmdir touch rename replace symlink_to hardlink_to
            chmod lchmod""",
            "pathlib.Path.",
        )
        | names_of("open io.open codecs.open"),
    ),
    Rule(
        "reaching the interpreter",
        "harm",
        "it leads out of the organism to the code that runs it",
        ("import sys\nsys._getframe()", "import gc\ngc.get_objects()", "import sys\nsys.modules"),
        "path",
        names_of("_getframe _current_frames settrace setprofile modules addaudithook", "sys.")
        | names_of("get_objects get_referrers get_referents", "gc.")
        | names_of("currentframe stack trace getouterframes getinnerframes", "inspect."),
    ),
    Rule(
        "chains that lead to the host",
        "harm",
        "it leads out of the organism to the code that runs it",
        (
            "f.__globals__",
            "getattr(f, '__closure__')",
            "__builtins__['open']",
            "vars(f)['__globals__']",
            "'{0.__globals__}'.format(f)",
            "match f:\n    case object(__closure__=c): pass",
        ),
        "name",
        names_of("__globals__ __closure__ __builtins__ __loader__"),
    ),
    Rule(
        "frames",
        "harm",
        "it leads out of the organism to the code that runs it",
        ("g.gi_frame", "e.__traceback__.tb_frame", "frame.f_back", "getattr(g, 'gi_code')"),
        "attribute",
        frozenset(INSPECT_ATTRIBUTES) - {"tb_next"} - CODE_FIELDS,
    ),
    CHAIN,
    DUNDER,
    WRITTEN,
    Rule(
        "what may be read of one's own classes, functions and errors, where it is not",
        "blocked",
        "it may be read of what you defined yourself; use vars(x) or inspect.signature(f)",
        ("match x:\n    case object(__dict__=d): pass", "attrgetter('__dict__')(x)"),
        "attribute",
        GUARDED,
    ),
    Rule(
        "`__code__`, but to read a field of it",
        "blocked",
        "only its fields may be read, such as f.__code__.co_varnames; or use inspect.signature(f)",
        ("f.__code__ = g.__code__", "c = f.__code__", "getattr(f, '__code__')"),
        "attribute",
        names_of("__code__ co_consts"),
    ),
    Rule(
        "back doors without double underscores",
        "blocked",
        "it reads other modules or walks the stack",
        ("Enum._convert_('X', 'os', f)", "tb.tb_next"),
        "attribute",
        names_of("_convert_ _evaluate tb_next"),
    ),
)


BEYOND: dict[Bound, Rule] = {"words": TOO_MANY, "fields": TOO_MANY_FIELDS, "nesting": TOO_DEEP}


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
