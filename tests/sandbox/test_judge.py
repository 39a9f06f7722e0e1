"""The harm monitor: what passes, what is refused, and what no text can do to it."""
# ruff: noqa: RUF001, SIM905 - odd letters are tested, and long lists of names are words

import ast
import json
import sysconfig
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.judge import MAX_VIOLATIONS, OverdueError, judge
from sandbox.nesting import MAX_SOURCE, MAX_WORDS
from sandbox.rules import ALLOWED_DUNDERS, ALLOWED_MODULES, RULES, markdown
from sandbox.verdict import MAX_MESSAGE_LINES, Verdict, Violation

ALLOWED = {
    "assignment": "x = 1",
    "empty": "",
    "attribute += ": "self.x += 1",
    "item += ": "d['a'] += 1\nd[0][1] -= 2",
    "annotations": "x: int = 1\ny: 'list[int]'\nself.z: str = ''\ndef f(a: int = 1) -> str: ...",
    "nonlocal": "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1",
    "global": "def f():\n    global total\n    total = 1",
    "match": """
match command:
    case Point(x=0, y=int(n)) | [1, *_rest]: pass
    case {"go": direction, **others} if others: pass
    case [first, *rest] as whole: pass
    case "a" | None | -1 | Colour.RED: pass
    case _: pass
""",
    "comprehensions": "a = [x for x in y if x]; b = {x: 1 for x, z in y}; c = {*a}\n"
    "d = (x for x in y)",
    "class": "class A(Base, metaclass=ABCMeta, flag=True):\n    __slots__ = ('x',)\n    x = 1",
    "enum": "from enum import Enum\nclass Colour(Enum):\n    RED = 1",
    "dataclass": "import dataclasses as d\n@d.dataclass(frozen=True)\nclass P:\n    x: int = 0",
    "super": "class A(B):\n    def __init__(self):\n        super().__init__(1)",
    "private": "self._x = self.__secret = _helper(_x)",
    "generators": "def f():\n    x = yield 1\n    yield from g()\n    return x",
    "async": "async def f():\n  async with a as b:\n    async for c in b:\n      await c",
    "f-string": "print(f'{x!r:>{width}} {y:.2f}', end='')",
    "with": "with a as b, c:\n    pass",
    "try": "try: x\nexcept (A, B) as e: raise C('x') from e\nelse: y\nfinally: z",
    "except*": "try:\n    pass\nexcept* ValueError as group:\n    pass",
    "lambda": "f = lambda *a, k=1, **kw: (a, kw)",
    "walrus": "while (line := next(lines, None)) is not None:\n    pass",
    "decorators": "@a\n@b.c(1)\ndef f(a, /, b, *, c): pass",
    "star arguments": "f(*a, **b)\nfirst, *rest = x\nprint(*rest)",
    "assert, del": "assert x, 'why'\ndel x, y[0], z.a",
    "slices": "a[1:2], a[::-1], a[..., 0]",
    "matrix product": "a @ b",
    "files": "open('a', 'w').write(open('/etc/a').read())\nopen(p, mode)\nf = open\nf('a')",
    "files of one's own": "open('/self/a', 'w'); open('/tmp/a', 'x'); open('/dev/null', 'w')",
    "files computed": "open(f'{a}/b', 'w'); open(f'/{a}', 'w'); open(a + '/etc', 'w')",
    "os": "import os\nos.makedirs('a/b', exist_ok=True)\nos.remove('a/../b')\n"
    "for name in os.listdir('..'): os.remove(os.path.join(folder, name))\nmap(os.unlink, names)",
    "shutil": "import shutil\nshutil.copy('/etc/a', 'b')\nshutil.rmtree('a', ignore_errors=True)",
    "pathlib": "from pathlib import Path\np = Path('a') / 'b'\n"
    "p.write_text(Path('/a').read_text())\np.parent.rmdir()\n(Path.cwd() / 'c').touch()",
    "tempfile": "import tempfile\nwith tempfile.NamedTemporaryFile('w') as f: f.write('x')",
    "main": "if __name__ == '__main__':\n    main()",
    "dunders read": "self.__class__.__name__, f.__doc__, self.__dict__, type(x).__qualname__",
    "looking at oneself": "A.__subclasses__(), type(self).__subclasses__(), A.__mro__\n"
    "A.__base__, A.__bases__, f.__defaults__, f.__kwdefaults__, x.__dict__, A.__dict__\n"
    "e.__traceback__.tb_lineno",
    "fields of code": "f.__code__.co_varnames[: f.__code__.co_argcount], self.f.__code__.co_name",
    "the same by name": "getattr(x, '__dict__'), hasattr(x, '__code__'), getattr(A, '__mro__')",
    "positional patterns": "class P:\n    __match_args__ = ('x', 'y')\n"
    "match p:\n    case P(0, y) | shapes.P(y, 0): pass\n    case [P(1), {'k': int(n)}]: pass",
    "dunders defined": "class A:\n"
    + "".join(f"    def __{n}__(self, *a): pass\n" for n in "add getitem call enter new".split()),
    "__all__": "__all__ = ['f']\n__version__ = '1'\n__author__ = 'me'",
    "running text": "exec(text)\neval('1 + 1')\ncompile(text, 'x', 'exec')\nexec('x = 1', {})",
    "attributes by name": "getattr(self, name)\nsetattr(self, 'x', 1)\nhasattr(x, '__len__')",
    "imports": "import math, random as r\nfrom collections import abc\nimport collections.abc\n"
    "from __future__ import annotations",
    "__import__": "__import__('math').sqrt(2)",
    "own open": "def open(door): pass\nopen('front')",
    "own input": "for input in inputs:\n    print(input)",
    "method open": "self.open('x', 'w'); door.open('w')",
    "words in text": "x = 'import os; os.system(1) __globals__'",
    "str.format": "'{0.name} {1}'.format(a, b)",
    "f_ names": "f_back = 1\nrow['f_code']",
    "replace": "name = 'a'.replace('a', 'b')\nname.replace('b', 'c').remove",
    "list.remove": "items.remove(1); stack.write('x'); os_name.system()",
}


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED)
def test_ordinary_code_passes(source: str) -> None:
    assert judge(source).message == ""


NEWER = [
    (
        (3, 12),
        "type Pair[T] = tuple[T, T]\nclass A[T: int, *Ts, **P]: pass\ndef f[T](x: T) -> T: ...",
    ),
    ((3, 12), 'f"{x["a"]}"'),
    ((3, 14), "try:\n    pass\nexcept A, B:\n    pass"),
]


@pytest.mark.parametrize(("version", "source"), NEWER)
def test_newer_syntax_passes_where_it_parses(version: tuple[int, int], source: str) -> None:
    verdict = judge(source)
    assert verdict.ok or {v.kind for v in verdict.violations} == {"syntax"}
    try:
        ast.parse(source)
    except SyntaxError:
        return
    assert verdict.ok


REFUSED = [
    ("x = = 1", "syntax", 1),
    ("x = 1\ndef f(:", "syntax", 2),
    ("x = (1", "syntax", 1),
    ("import requests", "blocked", 1),
    ("x = 1\n\nimport sqlite3", "blocked", 3),
    ("import threading", "blocked", 1),
    ("import asyncio", "blocked", 1),
    ("import urllib.request", "blocked", 1),
    ("from . import x", "blocked", 1),
    ("from .os import system", "blocked", 1),
    ("__import__('zipfile')", "blocked", 1),
    ("import importlib\nimportlib.import_module('sys')", "blocked", 1),
    ("x = input('name? ')", "blocked", 1),
    ("breakpoint()", "blocked", 1),
    ("help(x)", "blocked", 1),
    ("print.__self__", "blocked", 1),
    ("__file__", "blocked", 1),
    ("def __reduce__(self): pass", "blocked", 1),
    ("def f(__spec__): pass", "blocked", 1),
    ("f(__spec__=1)", "blocked", 1),
    ("import math as __path__", "blocked", 1),
    ("match x:\n    case __spec__: pass", "blocked", 2),
    ("match x:\n    case {**__spec__}: pass", "blocked", 2),
    ("match x:\n    case [*__spec__]: pass", "blocked", 2),
    ("try:\n    pass\nexcept A as __spec__:\n    pass", "blocked", 3),
    ("def f():\n    global __spec__", "blocked", 2),
    ("x = " + "[" * 60 + "]" * 60, "blocked", 1),
    ("\nx = 0" + " + 1" * 200, "blocked", 2),
    ("[x " + "for x in y " * 200 + "]", "blocked", 1),
    ("import ctypes", "harm", 1),
    ("import socket as s", "harm", 1),
    ("from subprocess import run", "harm", 1),
    ("import multiprocessing.pool", "harm", 1),
    ("__import__('signal')", "harm", 1),
    ("import pty", "harm", 1),
    ("import posix", "harm", 1),
    ("import os\nos.system('ls')", "harm", 2),
    ("import os\nos.execv('/bin/sh', [])", "harm", 2),
    ("from os import system", "harm", 1),
    ("from os import system as ok\nok('ls')", "harm", 1),
    ("import os\nrun = os.system\nrun('ls')", "harm", 2),
    ("(o := __import__('os')).kill(1, 9)", "harm", 1),
    ("(o := __import__('os'))\no.kill(1, 9)", "harm", 2),
    ("__import__('os').system('ls')", "harm", 1),
    ("import importlib\nimportlib.import_module('os').fork()", "harm", 2),
    ("import os\ngetattr(os, 'system')('ls')", "harm", 2),
    ("import shutil\nshutil.rmtree('/')", "harm", 2),
    ("open('/a', 'w')", "harm", 1),
    ("open('/a', mode='a')", "harm", 1),
    ("open('../a', 'r+')", "harm", 1),
    ("open('~/a', 'wb').write(b'')", "harm", 1),
    ("with open(f'/etc/{p}', 'a') as f:\n    f.write('x')", "harm", 1),
    ("f = open\nf('/a', 'w')", "harm", 2),
    ("import builtins\nbuiltins.open('/a', 'w')", "harm", 2),
    ("import io\nio.open(file='/a', mode='w')", "harm", 2),
    ("import os as o\n\no.remove('/etc/passwd')", "harm", 3),
    ("from os import remove\np = '/etc/' + name\nremove(p)", "harm", 3),
    ("import os\nos.unlink(os.path.join('/etc', name))", "harm", 2),
    ("import os\nos.rename('a', 'b/../../c')", "harm", 2),
    ("import shutil\nshutil.rmtree('/tmp')", "harm", 2),
    ("import shutil\nshutil.copy('a', '/etc/b')", "harm", 2),
    ("import os, shutil\nshutil.move(os.path.expanduser('~/a'), 'b')", "harm", 2),
    ("from pathlib import Path\nPath('/a').write_text('x')", "harm", 2),
    ("from pathlib import Path\n(Path.home() / 'x').unlink()", "harm", 2),
    ("from pathlib import Path\nPath('a').resolve().parent.joinpath('../b').touch()", "harm", 2),
    ("import pathlib\np = pathlib.Path('/a')\np.open('w')", "harm", 3),
    ("import pathlib\npathlib.Path('a').rename('/b')", "harm", 2),
    ("import sys\nsys._getframe(1)", "harm", 2),
    ("import gc\ngc.get_objects()", "harm", 2),
    ("().__class__.__base__.__subclasses__()", "harm", 1),
    ("f.__globals__", "harm", 1),
    ("f.__code__ = g", "blocked", 1),
    ("f.__code__.co_name = 'x'", "blocked", 1),
    ("c = f.__code__", "blocked", 1),
    ("(c := f.__code__).co_name", "blocked", 1),
    ("f.__code__.replace()", "blocked", 1),
    ("f.__code__.co_consts", "blocked", 1),
    ("f.__code__.co_name.__code__", "blocked", 1),
    ("getattr(f, '__code__').co_name", "blocked", 1),
    ("attrgetter('__code__.co_name')(f)", "blocked", 1),
    ("attrgetter('__dict__')(x)", "blocked", 1),
    ("x.__getattribute__('__dict__')", "blocked", 1),
    ("'{0.__code__}'.format(f)", "blocked", 1),
    ("'{0.__traceback__}'.format(e)", "blocked", 1),
    ("match x:\n    case object(__dict__=d): pass", "blocked", 2),
    ("x.__dict__ = {}", "blocked", 1),
    ("x.__dict__ |= {}", "blocked", 1),
    ("C.__bases__ = (D,)", "blocked", 1),
    ("setattr(C, '__bases__', (D,))", "blocked", 1),
    ("delattr(f, '__defaults__')", "blocked", 1),
    ("f.__defaults__ = (1,)", "blocked", 1),
    ("class A:\n    __subclasses__ = 1", "blocked", 2),
    ("object.__subclasses__()", "harm", 1),
    ("''.__class__.__mro__[1].__subclasses__()", "harm", 1),
    ("(lambda: 0).__class__.__base__.__subclasses__()", "harm", 1),
    ("int.mro()[-1].__subclasses__()", "harm", 1),
    ("getattr(object, '__subclasses__')()", "harm", 1),
    ("f.__closure__[0]", "harm", 1),
    ("__builtins__", "harm", 1),
    ("__loader__", "harm", 1),
    ("g.gi_frame.f_back", "harm", 1),
    ("await_.cr_frame", "harm", 1),
    ("e.__traceback__.tb_frame", "harm", 1),
    ("getattr(f, '__globals__')", "harm", 1),
    ("setattr(f, '__code__', c)", "blocked", 1),
    ("hasattr(f, '__globals__')", "harm", 1),
    ("object.__getattribute__(f, '__globals__')", "harm", 1),
    ("from operator import attrgetter\nattrgetter('a.__globals__')", "harm", 2),
    ("vars(f)['__globals__']", "harm", 1),
    ("'{0.__globals__}'.format(f)", "harm", 1),
    ("match f:\n    case object(__globals__=g): pass", "harm", 2),
    ("match f:\n    case object(gi_frame=g): pass", "harm", 2),
    ("try:\n    pass\nexcept* E as e:\n    e.__traceback__.tb_frame", "harm", 4),
    ("f.__ｇlobals__", "harm", 1),
    ("ｏpen('/a', 'w')", "harm", 1),
    ("exec('import os\\nos.system(1)')", "harm", 1),
    ("x = 1\neval(\"__import__('os').system('ls')\")", "harm", 2),
    ("exec('exec(\"import ctypes\")')", "harm", 1),
]


@pytest.mark.parametrize(("source", "kind", "line"), REFUSED)
def test_refused_with_kind_and_line(source: str, kind: str, line: int) -> None:
    verdict = judge(source)
    assert (kind, line) in {(v.kind, v.line) for v in verdict.violations}
    assert verdict.harm == (kind == "harm")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.construct)
def test_every_rule_is_true_of_its_examples(rule) -> None:
    for example in rule.examples:
        verdict = judge(example)
        worst = "harm" if verdict.harm else verdict.violations[0].kind
        assert worst == rule.kind, example


def test_no_name_has_two_verdicts() -> None:
    for where in ("module", "path", "name", "attribute", "builtin"):
        names = [name for rule in RULES if rule.where == where for name in rule.names]
        assert len(names) == len(set(names))
    banned = {name for rule in RULES for name in rule.names}
    assert not banned & (ALLOWED_DUNDERS | ALLOWED_MODULES)


def test_eval_mode_takes_one_expression() -> None:
    assert judge(" \t1 + 1", "eval").ok
    assert judge("x = 1", "eval").violations[0].kind == "syntax"
    assert judge("f.__globals__", "eval").harm


def test_message_says_line_kind_construct_and_what_to_do() -> None:
    message = judge("x = 1\nimport anything").message
    assert message.startswith("line 2: blocked: import anything: only harmless standard modules")
    assert "math" in message


@pytest.mark.parametrize(
    ("module", "told"), [("numpy", "compute with lists"), ("urllib.request", "there is no network")]
)
def test_what_does_for_a_module_is_told(module: str, told: str) -> None:
    assert judge(f"import {module}").message.startswith(
        f"line 1: blocked: import {module}: it cannot be imported; {told}"
    )


@pytest.mark.parametrize(
    ("code", "own", "kind"),
    [
        ("import helper", ["helper"], None),
        ("from helper import f", ["helper"], None),
        ("__import__('helper')", ["helper"], None),
        ("open('a/helper.py', 'w')\nimport helper", [], None),
        ("import helper", [], "blocked"),
        ("name = 'xhelper.py'\nimport helper", [], "blocked"),
        ("from .helper import f", ["helper"], "blocked"),
        ("import helper.inner", ["helper"], "blocked"),
        ("open('socket.py', 'w')\nimport socket", ["socket"], "harm"),
    ],
)
def test_files_of_ones_own_are_modules(code: str, own: list[str], kind: str | None) -> None:
    verdict = judge(code, own=own)
    assert [v.kind for v in verdict.violations] == ([] if kind is None else [kind])


def test_message_and_violations_are_bounded() -> None:
    verdict = judge("import a_module\n" * 5000 + "import ctypes\n")
    assert len(verdict.violations) == MAX_VIOLATIONS
    assert verdict.harm, "harm is not pushed out by lesser things"
    assert verdict.message.count("\n") == MAX_MESSAGE_LINES
    assert len(judge("x." + "_" * 99_999 + "a__").message) < 300


def test_verdicts_are_json() -> None:
    (violation,) = judge("import requests").violations
    assert json.loads(json.dumps(violation.as_dict())) == {
        "kind": "blocked",
        "what": violation.what,
        "line": 1,
    }
    assert Verdict((Violation("harm", "x", None),)).message == "line ?: harm: x"


ABSURD = {
    "NUL": "x = '\x00'",
    "lone surrogate": "x = '\ud800'",
    "attributes": "a" + ".a" * 100_000,
    "parentheses": "(" * 100_000,
    "balanced": "(" * 100_000 + ")" * 100_000,
    "minus": "-" * 100_000 + "1",
    "minus over lines": "-\\\n" * 80_000 + "1",
    "sum": "1" + "+1" * 100_000,
    "power": "2" + "**2" * 80_000,
    "not": "not " * 60_000 + "1",
    "lambda": "lambda a, b: " * 20_000 + "1",
    "calls": "a" + "(1, 2)" * 40_000,
    "items": "a" + "[0]" * 80_000,
    "elif": "if 1: pass\n" + "elif 1: pass\n" * 20_000,
    "elif in a function": "def f():\n if 1: pass\n" + " elif 1: pass\n" * 18_000,
    "conditional": "1 if 1 else " * 20_000 + "1",
    "await": "async def f():\n " + "await " * 40_000 + "x",
    "f-strings": "f'{" * 50_000 + "1" + "}'" * 30_000,
    "indentation": "\n".join(" " * i + "if 1:" for i in range(300)),
    "quotes": "'" * 200_001,
    "open text": '"""' + "a\\" * 100_000,
    "backslashes": "\\" * 200_000,
    "loops in one comprehension": "[x " + "for x in y " * 20_000 + "]",
    "exec in exec": "exec(" * 20_000 + "'1'" + ")" * 20_000,
    "10 MB": "x = 1\n" * 1_700_000,
    "bad encoding": "# coding: nonsense\nx = 1",
    "aliases that grow": "import a\n" + "a = a.b\n" * 30_000,
    "digits": "9" * 200_000,
    "fields": "x = f'" + "{x}" * 80_000 + "'",
    "fields on lines": "x = f'''" + "{x}\n" * 60_000 + "'''",
    "texts in texts": ("exec('" + "x;" * 5_000 + "')\n") * 25,
    "one long line": "x = [" + "1, " * 80_000 + "]",
}


@pytest.mark.parametrize("source", ABSURD.values(), ids=ABSURD)
def test_no_text_breaks_the_judge(source: str, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for mode in ("exec", "eval"):
            for violation in judge(source, mode).violations:
                json.dumps(violation.as_dict()).encode()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#" * MAX_SOURCE, ""),
        ("#" * (MAX_SOURCE + 1), "line ?: blocked: 262,145 characters: write less at a time"),
        ("x;" * MAX_WORDS, ""),
        ("x;" * (MAX_WORDS + 1), "line 1: blocked: too many words: write it in several answers"),
        ("\nx = f'" + "{x}" * 5_000 + "'", "line 2: blocked: too many fields: join shorter texts"),
        ("exec('" + "x;" * 20_000 + "')\n", ""),
        (2 * ("exec('" + "x;" * 20_000 + "')\n"), "line 2: blocked: too many nodes"),
    ],
)
def test_too_much_is_said(source: str, said: str) -> None:
    message = judge(source).message
    assert message.startswith(said) if said else not message


def test_harm_does_not_hide_behind_texts_that_are_too_much() -> None:
    padding = "exec('" + "x;" * 20_000 + "')\n"
    assert not judge(3 * padding + "exec('import ctypes')").ok


def test_a_deadline_is_no_verdict() -> None:
    assert judge("x = 1", until=time.monotonic() + 60).ok
    with pytest.raises(OverdueError):
        judge("x = 1", until=time.monotonic() - 1)


@pytest.mark.parametrize("source", ["x = '\\d'", "x = 1 is 1", "assert (1, 'a')"])
def test_doubtful_code_is_judged_in_silence(
    source: str, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    assert judge(source).ok
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")


FRAGMENTS = sorted(
    "( ) [ ] { } : , . = == -> * ** @ ; ' \" \\ \n \t # f' 1 0x 1e9 x self __x__ __globals__ os "
    "import from as def class lambda if elif else match case try except* async await yield del "
    "global nonlocal with open exec eval getattr __import__ \x00 \ud800 é ｇ \U0001f600".split(" ")
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS)).map(" ".join)))
def test_judge_never_raises(source: str) -> None:
    for mode in ("exec", "eval"):
        verdict = judge(source, mode)
        assert verdict.ok == (verdict.message == "")


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_same_text_same_verdict(source: str) -> None:
    assert judge(source) == judge(source)


# Harmless modules of the standard library: what the monitor says of them is a false alarm.
PURE = """abc base64 bisect calendar cmd colorsys contextlib copy copyreg csv dataclasses datetime
difflib enum fnmatch fractions functools getopt glob gettext graphlib hashlib heapq hmac html/parser
json/decoder json/encoder json/scanner keyword locale numbers opcode operator pprint queue quopri
random reprlib sched shlex stat statistics string stringprep struct textwrap token types typing uuid
weakref _collections_abc _strptime _weakrefset""".split()

# These do reach for frames, code objects, processes or files.
REACHING = {
    "_collections_abc",
    "dataclasses",
    "enum",
    "functools",
    "gettext",
    "types",
    "typing",
    "uuid",
}


def test_false_alarms_on_the_standard_library() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    sources = {name: folder / f"{name}.py" for name in PURE}
    found = {name: judge(file.read_text()) for name, file in sources.items() if file.exists()}
    harm = {name for name, verdict in found.items() if verdict.harm}
    assert harm <= REACHING, {name: found[name].message for name in harm - REACHING}
    assert len(harm) <= 0.2 * len(found)
    assert not any(v.kind == "syntax" for verdict in found.values() for v in verdict.violations)


def test_published_table_is_the_one_in_force() -> None:
    document = Path(__file__).parents[2] / "docs" / "policy.md"
    assert markdown() in document.read_text()


def test_the_old_name_of_the_module_warns() -> None:
    with pytest.warns(DeprecationWarning, match=r"from sandbox\.judge import judge"):
        from sandbox.policy import judge as old
    assert old is judge
