"""The strict builtins: what code reaches at run time, whatever its text says."""
# ruff: noqa: E501, SIM905 - tables of snippets read better on one line

import gc
import sys
import weakref
from collections.abc import Iterator
from types import CodeType, ModuleType

import pytest

from sandbox.guarded import compiled
from sandbox.judge import judge
from sandbox.library import Namespace, hold_library
from sandbox.names import judge_attribute
from sandbox.namespace import strict_builtins
from sandbox.output import Output
from sandbox.refusal import PolicyError
from sandbox.rules import ALLOWED_MODULES
from sandbox.verdict import Verdict, Violation


class Guest:
    """A namespace with strict builtins, and what was printed in it."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.names: Namespace = {}
        self.builtins = strict_builtins(
            self.names, guard=self.guard, output=Output(self.printed.append)
        )

    def guard(self, text: str, mode: str, filename: str) -> CodeType:
        verdict = judge(text, "eval" if mode == "eval" else "exec")
        if not verdict.ok:
            raise PolicyError("\n".join(f"{v.kind}: {v.what}" for v in verdict.violations))
        return compiled(text, filename, mode)

    def run(self, text: str) -> str:
        """Run a text that need not be clean: the run-time guards are tested on their own."""
        exec(compiled(text, "<test>"), self.names)
        return "".join(self.printed)


@pytest.fixture
def guest() -> Guest:
    return Guest()


@pytest.fixture
def held(guest: Guest) -> Iterator[Guest]:
    """A guest that has this interpreter's library held, for as long as the test runs."""
    release = hold_library(guest.names)
    yield guest
    release()


WORKS = {
    "print": ("print(1, 'a', sep='-', end='!')", "1-a!"),
    "print to a file": ("import io\nf = io.StringIO()\nprint(1, file=f)\nprint(f.getvalue())", "1\n\n"),
    "print defaults": ("print(1, 2, sep=None, end=None, flush=True)", "1 2\n"),
    "main": ("print(__name__)", "__main__\n"),
    "class": (
        """
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
class Base(ABC):
    @abstractmethod
    def name(self): ...
class Child(Base):
    def __init__(self):
        super().__init__()
        self.__n = 1
    @property
    def n(self): return self.__n
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def two(): return 2
    def name(self): return type(self).__name__
@dataclass
class P:
    x: int
    y: list = field(default_factory=list)
class Colour(Enum):
    RED = 1
c = Child.make()
print(c.name(), c.n, c.two(), P(1), Colour.RED, isinstance(c, Base))
""",
        "Child 1 2 P(x=1, y=[]) Colour.RED True\n",
    ),
    "type": ("A = type('A', (), {'x': 1})\nprint(A().x, type(A) is type, type(1))", "1 True <class 'int'>\n"),
    "imports": (
        "import collections.abc, json as j\nfrom math import *\nfrom collections import abc, deque\n"
        "print(collections.abc is abc, j.dumps([1]), floor(pi), deque([1]))",
        "True [1] 3 deque([1])\n",
    ),
    "wraps": (
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(): return f()\n"
        "    return g\n@d\ndef name(): 'doc'\nprint(name.__name__, name.__doc__)",
        "name doc\n",
    ),
    "attrgetter": ("import operator\nprint(operator.attrgetter('real', 'imag')(1))", "(1, 0)\n"),
    "methodcaller": ("import operator\nprint(operator.methodcaller('upper')('a'))", "A\n"),
    "exec in the module": ("exec('x = 1')\nprint(x)", "1\n"),
    "exec in a method": (
        "class A:\n    def go(self): exec('self.x = 1'); return eval('self.x + 1')\nprint(A().go())",
        "2\n",
    ),
    "exec in a function leaves its locals": (
        "def f():\n    x = 1\n    exec('x = 2')\n    return x\nprint(f())",
        "1\n",
    ),
    "exec in a class": ("class A:\n    exec('x = 1')\nprint(A.x)", "1\n"),
    "exec in a dict": ("g = {}\nexec('def f(): return len([1])', g)\nprint(g['f']())", "1\n"),
    "exec with locals": ("d = {}\nexec('x = 1', None, d)\nprint(d)", "{'x': 1}\n"),
    "compile": ("c = compile('1 + 1', 'f', 'eval')\nprint(eval(c), eval(' 2'))", "2 2\n"),
    "compile bytes": ("exec(compile(b'x = 1', 'f', 'exec'))\nprint(x)", "1\n"),
    "scopes": (
        "x = 1\ndef f(a):\n    return locals(), vars(), dir()\nprint(f(2), globals()['x'])",
        "({'a': 2}, {'a': 2}, ['a']) 1\n",
    ),
    "globals are live": ("globals()['y'] = 2\nprint(y)", "2\n"),
    "vars": (
        "class A:\n    k = 1\n    def __init__(self): self.x = 1\na = A()\nvars(a)['y'] = 2\n"
        "print(a.y, vars(a), vars(A)['k'], '__dict__' in vars(A), '__dict__' in dir(A))",
        "2 {'x': 1, 'y': 2} 1 False False\n",
    ),
    "getattr": ("print(getattr(1, 'real'), getattr(1, 'no', 0), hasattr(1, '__mro__'))", "1 0 False\n"),
    "setattr": ("class A: pass\nsetattr(A, 'x', 1)\nprint(A.x)\ndelattr(A, 'x')", "1\n"),
    "redirect": (
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('in')\n"
        "print(len(s.getvalue()))",
        "3\n",
    ),
    "pprint": ("from pprint import pprint, pp\npprint([1])\npp({'b': 1, 'a': 2})", "[1]\n{'b': 1, 'a': 2}\n"),
    "harmless names of types": ("import types\nprint(types.SimpleNamespace(a=1).a)", "1\n"),
    "dataclasses": (
        """
from dataclasses import InitVar, asdict, astuple, dataclass, field, fields, make_dataclass, replace
from typing import ClassVar
@dataclass(order=True, frozen=True)
class P:
    x: int
    y: float = 0.0
    tags: list = field(default_factory=list, compare=False, repr=False)
    n: ClassVar[int] = 3
@dataclass(slots=True, kw_only=True)
class Q:
    self: int
    other: 'Q' = None
    start: InitVar[int] = 0
    def __post_init__(s, start): s.self += start
print(P(1), P(1) < P(2), asdict(P(1)), astuple(P(1)), replace(P(1), x=5), {P(1): 1}[P(1)])
try: P(1).x = 2
except AttributeError as error: print(error)
print(Q(self=1, start=3), [f.name for f in fields(Q)], make_dataclass('R', ['a', ('b', int, 2)])(1))
""",
        "P(x=1, y=0.0) True {'x': 1, 'y': 0.0, 'tags': []} (1, 0.0, []) P(x=5, y=0.0) 1\n"
        "cannot assign to field 'x'\nQ(self=4, other=None) ['self', 'other'] R(a=1, b=2)\n",
    ),
    "named tuples": (
        "from collections import namedtuple\nfrom typing import NamedTuple\n"
        "T = namedtuple('T', 'a b', defaults=[2])\nclass U(NamedTuple):\n    a: int\n    b: str = 'x'\n"
        "print(T(1), U(1), T(1)._replace(a=3), U._fields, T._make([1, 2]))",
        "T(a=1, b=2) U(a=1, b='x') T(a=3, b=2) ('a', 'b') T(a=1, b=2)\n",
    ),
    "enums": (
        "from enum import Enum, Flag, auto\nclass C(Enum):\n    RED = auto()\n"
        "    def low(self): return self.name.lower()\nclass F(Flag):\n    A = 1\n    B = 2\n"
        "print(C.RED, C['RED'], C(1).low(), C.RED.value, list(C), F.A | F.B, 'value' in dir(C.RED))",
        "C.RED C.RED red 1 [<C.RED: 1>] F.A|B True\n",
    ),
    "wrappers": (
        "import contextlib, functools\n@functools.lru_cache\ndef f(n): 'doc'; return n\n"
        "@contextlib.contextmanager\ndef c(): yield 1\ndef single(kind):\n    @functools.wraps(kind)\n"
        "    def make(): return kind()\n    return make\n@single\nclass S:\n    'docs'\n    x = 1\n"
        "with c() as v: print(v, f(2), f.__doc__, c.__name__, S.__doc__, S.x, S().x)",
        "1 2 doc c docs 1 1\n",
    ),
    "json": (
        "import json\nclass E(json.JSONEncoder):\n    def default(self, o): return sorted(o)\n"
        "print(json.dumps({'a': {1}}, cls=E), json.loads('[1.5]', parse_float=str))\n"
        "for text in ('{bad', '[1,'):\n    try: json.loads(text)\n"
        "    except json.JSONDecodeError as error: print(error.pos)",
        '{"a": [1]} [\'1.5\']\n1\n3\n',
    ),
    "copies": (
        "import copy\nclass A:\n    def __init__(self): self.v = [1]\na = A()\n"
        "print(copy.deepcopy(a).v, copy.copy(a).v is a.v, copy.copy([1]))",
        "[1] True [1]\n",
    ),
    "typing": (
        "from typing import *\nX = TypeVar('X')\nclass Box(Generic[X]):\n"
        "    def __init__(self, x: 'X'): self.x = x\n@runtime_checkable\nclass HasX(Protocol):\n    x: int\n"
        "class D(TypedDict):\n    a: 'int'\nprint(Box[int](3).x, isinstance(Box(1), HasX), List['Box[int]'], D(a=1))",
        "3 True typing.List[ForwardRef('Box[int]')] {'a': 1}\n",
    ),
    "files": (
        "import json, os, shutil\nfrom pathlib import Path\nos.makedirs('w/x')\n"
        "with open('w/x/a.json', 'w') as f: json.dump({'a': [1]}, f)\n"
        "print('more', file=open('w/b.txt', 'a'))\nprint(sorted(map(str, Path('w').rglob('*'))))\n"
        "shutil.copy('w/b.txt', Path('w') / 'c')\nprint(json.load(open('w/x/a.json')), *os.walk('w'))\n"
        "try: open('w/z')\nexcept FileNotFoundError as e: print(e.filename)\nfinally: shutil.rmtree('w')\n"
        "print(os.path.exists('w'), os.getcwd(), Path.home(), os.environ)",
        "['w/b.txt', 'w/x', 'w/x/a.json']\n{'a': [1]} ('w', ['x'], ['b.txt', 'c']) ('w/x', [], ['a.json'])\n"
        "w/z\nFalse /self /self environ({'HOME': '/self'})\n",
    ),
    "looking at oneself": (
        "class A:\n    'doc'\n    k = 1\n    def f(self, x, y=2, *, z=3): return x\nclass B(A): pass\n"
        "C = type('C', (A,), {})\na = A()\na.x = 1\n"
        "print([c.__name__ for c in A.__subclasses__()], B.__mro__[1] is A, B.__bases__ == (A,))\n"
        "print(A.f.__defaults__, a.f.__defaults__, A.f.__kwdefaults__, a.__dict__, A.__dict__['k'])\n"
        "code = A.f.__code__.co_varnames[:A.f.__code__.co_argcount]\n"
        "print(code, getattr(a, '__dict__') is vars(a), A.f.__code__.co_name)\n"
        "a.__dict__.update(x=5)\nprint(a.x, type(a).__subclasses__() == [B, C])",
        "['B', 'C'] True True\n(2,) (2,) {'z': 3} {'x': 1} 1\n('self', 'x', 'y') True f\n5 True\n",
    ),
    "lines of errors": (
        "def f():\n    1 / 0\ntry: f()\nexcept Exception as error:\n"
        "    print(error.__traceback__.tb_lineno, ValueError().__traceback__)",
        "3 None\n",
    ),
    "PolicyError is an ordinary exception": (
        "try: __import__('o' + 'sx')\nexcept Exception as e: print(e)",
        "blocked: import osx: only harmless",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "printed"), WORKS.values(), ids=WORKS)
def test_ordinary_code_works(guest: Guest, text: str, printed: str) -> None:
    assert guest.run(text).startswith(printed)


@pytest.mark.parametrize(("text", "printed"), WORKS.values(), ids=WORKS)
def test_ordinary_code_works_in_a_held_library(held: Guest, text: str, printed: str) -> None:
    assert held.run(text).startswith(printed)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("import dataclasses\nclass C: pass\nC.__annotations__ = {'a=f.__code__': int}\n"
         "dataclasses.dataclass(C)", TypeError),
        ("import dataclasses as d\nA = d.make_dataclass('A', ['a'])\nd.fields(A)[0].name = 'a=f.__code__'\n"
         "@d.dataclass\nclass B(A): pass", TypeError),
        ("import collections\ncollections.namedtuple('T', 'gi_frame')", ValueError),
        ("import copy\nclass A: pass\nA.__reduce_ex__ = lambda s, p: (A, (), (None, {'__code__': 1}))\n"
         "copy.copy(A())", PolicyError),
        ("import functools, types\nf = functools.lru_cache(types.FunctionType)\nvars(f)['__code__']", KeyError),
        ("import typing\na = typing.List[int]\nvars(a)['__origin__'] = (n for n in [1])\na.gi_frame",
         AttributeError),
        ("import typing\nx = typing.List['1 +']", SyntaxError),
        ("import typing\nx = typing.List['(' * 50 + ')' * 50]", SyntaxError),
    ],
)  # fmt: skip
def test_a_held_library_refuses(held: Guest, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        held.run(text)


SHAPES = """
from dataclasses import dataclass
from typing import NamedTuple
@dataclass
class Point:
    x: int
    y: int
class Pair(NamedTuple):
    a: int
    b: int
class Plain:
    __match_args__ = ('v',)
    def __init__(self, v): self.v = v
class Number(int): pass
class shapes: Point = Point
def told(thing):
    class Local(Plain): pass
    def inner():
        match thing:
            case Local(v): return 'local', v
    match thing:
        case shapes.Point(0, y): return 'on axis', y
        case Point(x, y=0) if x > 5: return 'far', x
        case [Point(a, b), *_] | Pair(Point(a, b), _): return 'inside', a, b
        case Pair(a, b): return 'pair', a + b
        case Number(n): return 'number', n
        case str(s) | bytes(s): return 'text', s
        case Plain(v): return 'plain', v
    return inner()
"""


@pytest.mark.parametrize(
    ("thing", "printed"),
    [
        ("Point(0, 2)", "('on axis', 2)"),
        ("Point(7, 0)", "('far', 7)"),
        ("[Point(1, 2)]", "('inside', 1, 2)"),
        ("Pair(Point(3, 4), 0)", "('inside', 3, 4)"),
        ("Pair(1, 2)", "('pair', 3)"),
        ("Number(5)", "('number', 5)"),
        ("'a'", "('text', 'a')"),
        ("Plain(8)", "('plain', 8)"),
        ("None", "None"),
    ],
)
def test_positional_patterns_match(held: Guest, thing: str, printed: str) -> None:
    assert held.run(f"{SHAPES}print(told({thing}))") == f"{printed}\n"


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("Plain(1, 2)", "TypeError: Plain() accepts 1 positional sub-pattern (2 given)"),
        ("shapes(1)", "TypeError: shapes() accepts 0 positional sub-patterns (1 given)"),
        ("missing(1)", "NameError: name 'missing' is not defined"),
        ("told(1)", "TypeError: called match pattern must be a class"),
    ],
)
def test_patterns_fail_as_anywhere(held: Guest, pattern: str, error: str) -> None:
    text = f"try:\n    match shapes() if {pattern == 'shapes(1)'} else Plain(1):\n        case {pattern}: pass\n"
    held.run(f"{SHAPES}{text}except Exception as e: print(f'{{type(e).__name__}}: {{e}}')")
    assert held.printed == [f"{error}\n"]


def test_whoever_gets_hold_of_the_guards_gets_no_further(guest: Guest) -> None:
    guest.run(
        "guards = globals()['__buil' + 'tins__']['<sha' + 'pes>']\n"
        "for name in ('sys', 'functools', '_looked_up', 'print.__self__'):\n"
        "    try: print(getattr(guards, name))\n    except AttributeError: print('no')"
    )
    assert guest.printed == ["no\n"] * 4


REFUSED = [
    ("getattr(print, '__glo' + 'bals__')", "harm"),
    ("getattr((lambda: 0), '__co' + 'de__', None)", "blocked"),
    ("hasattr(print, '__glo' + 'bals__')", "harm"),
    ("setattr(A, '__co' + 'de__', 1)", "blocked"),
    ("delattr(A, '__bui' + 'ltins__')", "harm"),
    ("getattr(print, '__se' + 'lf__')", "blocked"),
    ("setattr(A(), '__di' + 'ct__', {})", "blocked"),
    ("delattr(A, '__ba' + 'ses__')", "blocked"),
    ("object.__subclasses__()", "blocked"),
    ("getattr(object, '__subcl' + 'asses__')", "blocked"),
    ("import io\nio.StringIO.__subclasses__()", "blocked"),
    ("import json\njson.JSONEncoder.__module__ = '__main__'\njson.JSONEncoder.__subclasses__()", "blocked"),
    ("super(A, A()).__subclasses__()", "blocked"),
    ("print.__defaults__", "blocked"),
    ("import json\njson.dumps.__kwdefaults__", "blocked"),
    ("A.__traceback__", "blocked"),
    ("class M(type):\n  def __instancecheck__(c, x): return True\n"
     "C = M('C', (), {'__match_' + 'args__': ('__glo' + 'bals__',)})\n"
     "match print:\n  case C(g): pass", "harm"),
    ("C = type('C', (), {'__match_' + 'args__': ('__di' + 'ct__',)})\n"
     "match C():\n  case C(g): pass", "blocked"),
    ("class S(str):\n  def __eq__(s, o): return False\n  __hash__ = None\n"
     "getattr(print, S('__globals__'))", "harm"),
    ("import operator\noperator.attrgetter('a.__glob' + 'als__')", "harm"),
    ("class S(str):\n  def split(s, *a): return ['x']\nimport operator\n"
     "operator.attrgetter(S('__globals__'))", "harm"),
    ("import operator\noperator.methodcaller('__subc' + 'lasses__')(object)", "blocked"),
    ("import functools\nfunctools.update_wrapper(A, print, assigned=['__se' + 'lf__'])", "blocked"),
    ("import functools\nfunctools.wraps(print, assigned=['__glob' + 'als__'])(A)", "harm"),
    ("input()", "blocked"),
    ("breakpoint()", "blocked"),
    ("__import__('sqlite' + '3')", "blocked"),
    ("__import__('cty' + 'pes')", "harm"),
    ("__import__('', level=1)", "blocked"),
    ("from . import x", "blocked"),
    ("class S(str):\n  def __hash__(s): return hash('math')\n  def __eq__(s, o): return o == 'math'\n"
     "__import__(S('sqlite3'))", "blocked"),
    ("exec('import sqlite3')", "blocked"),
    ("eval('f.__globals__')", "harm"),
    ("compile('import socket', 'f', 'exec')", "harm"),
    ("exec('f.__globals__', {})", "harm"),
    ("exec((lambda: 0))", "blocked"),
    ("g = {}\nexec('def f(n): return __import__(n)', g)\ng['f']('sqlite' + '3')", "blocked"),
    ("exec('__import__(n)', {'n': 'sqlite3', '__builtins__': {}})", "blocked"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), REFUSED)
def test_refused_at_run_time(guest: Guest, text: str, kind: str) -> None:
    with pytest.raises(PolicyError) as refused:
        guest.run("class A: pass\n" + text)
    assert kind in [line.partition(":")[0] for line in str(refused.value).splitlines()]


MISSING = """random._os random.os collections._sys json.codecs json.decoder typing.sys enum.sys string.Formatter
typing.get_type_hints typing.ForwardRef typing.get_args functools.singledispatch enum.global_enum enum.bltns
contextlib.os dataclasses.sys dataclasses.inspect types.CodeType types.FrameType os.sys
os.system os.kill os.posix pathlib.os pathlib.io shutil.os tempfile._os glob.os io.open_code
ast.parse ast.NodeVisitor ast.AST functools.partialmethod weakref.WeakMethod
io._io uuid.os base64.main weakref.sys copy.sys statistics.sys re.enum ast.sys operator._attrgetter""".split()


@pytest.mark.parametrize("path", MISSING)
def test_facades_hold_public_names_only(guest: Guest, path: str) -> None:
    module, name = path.split(".")
    with pytest.raises(AttributeError):
        guest.run(f"import {module}\n{path}")
    with pytest.raises(ImportError):
        guest.run(f"from {module} import {name}")


def test_no_facade_holds_a_real_module_or_builtin(guest: Guest) -> None:
    guarded = {id(__builtins__[n]) for n in ("open", "exec", "eval", "compile", "__import__")}
    for name in ALLOWED_MODULES:
        facade = guest.builtins["__import__"](name, fromlist=("x",))
        assert facade is not sys.modules[name]
        for key, value in vars(facade).items():
            assert id(value) not in guarded
            if isinstance(value, ModuleType):
                assert (name, key) in {("collections", "abc"), ("os", "path")}
                assert value is not sys.modules[f"{name}.{key}"]


FILES = """
import contextlib, glob, io, os, pathlib, shutil, tempfile
from pathlib import Path
file, raw = open('crawled', 'w'), open('crawled', 'rb', buffering=0)
handed = [file, file.buffer, file.buffer.raw, raw, Path('crawled'), Path('.').iterdir()]
handed += [os.scandir(), *os.scandir(), os.stat('.'), tempfile.TemporaryDirectory()]
handed += [tempfile.NamedTemporaryFile(), tempfile.SpooledTemporaryFile(), contextlib.chdir('.')]
handed += [os, os.path, io, glob, pathlib, shutil, tempfile]
"""


def is_plain(value: object) -> bool:
    return callable(value) or type(value).__module__ == "builtins"


def test_files_lead_to_no_module(guest: Guest) -> None:
    guest.run(FILES)
    seen: dict[int, object] = {}
    layer = guest.names["handed"]
    for _ in range(4):
        members = [
            getattr(each, name, None)
            for each in layer
            for name in dir(each)
            if judge_attribute(name) is None
        ]
        new = {id(each): each for each in members if id(each) not in seen}
        seen |= new
        assert {m.__name__ for m in new.values() if isinstance(m, ModuleType)} <= {"<os.path>"}
        # What a function or a value has, every function or value has.
        layer = [each for each in new.values() if type(each) is type or not is_plain(each)]
    assert not [each for each in seen.values() if type(each).__module__.startswith("sandbox")]
    guest.run("file.close()\nraw.close()\nos.remove('crawled')")


def test_changing_a_facade_leaves_the_module(guest: Guest) -> None:
    guest.run("import math\nmath.pi = 3\nimport math as m\nprint(m.pi)")
    assert guest.printed == ["3\n"]
    assert __import__("math").pi > 3
    assert Guest().run("import math\nprint(math.pi > 3)") == "True\n"


def test_library_callbacks_run_in_the_organism_namespace(guest: Guest) -> None:
    guest.run(
        "import contextlib\nx = 1\nwith contextlib.ExitStack() as stack:\n"
        "    stack.callback(exec, 'x = 2')\nprint(x)"
    )
    assert guest.printed == ["2\n"]


def test_compile_gives_no_code_object(guest: Guest) -> None:
    guest.run("c = compile('1', 'f', 'eval')")
    assert not isinstance(guest.names["c"], CodeType)


def test_what_is_handed_out_leads_to_no_object_of_ours(guest: Guest) -> None:
    handed = [*guest.builtins.values()]
    for name in ALLOWED_MODULES:
        handed += vars(guest.builtins["__import__"](name, fromlist=("x",))).values()
    for each in handed:
        owner = getattr(each, "__self__", None)
        assert not type(owner).__module__.startswith("sandbox"), each
        assert not isinstance(each, PolicyError | Verdict | Violation)


def test_a_refusal_carries_text_only(guest: Guest) -> None:
    guest.run("try: getattr(print, '__se' + 'lf__')\nexcept Exception as e: print(vars(e), e.args)")
    assert guest.printed[0].startswith("{} ('blocked: __self__: ")


def test_a_handle_of_compile_lets_go_of_its_code() -> None:
    codes = []

    def guard(text: str, mode: str, filename: str) -> CodeType:
        code = compile(text, filename, mode)
        codes.append(weakref.ref(code))
        return code

    builtins = strict_builtins({}, guard=guard, output=Output(print))
    handles = [builtins["compile"](str(n), "f", "eval") for n in range(3)]
    assert [builtins["eval"](handle) for handle in handles] == [0, 1, 2]
    del handles[0]
    gc.collect()
    assert [code() is None for code in codes] == [True, False, False]


def test_no_unguarded_builtin_is_left(guest: Guest) -> None:
    real = {"exec", "eval", "compile", "open", "input", "breakpoint", "getattr", "setattr"}
    real |= {"delattr", "hasattr", "vars", "dir", "locals", "globals", "print", "__import__"}
    for name in real:
        assert guest.builtins[name] is not __builtins__[name]
    assert guest.names["__builtins__"] is guest.builtins
    assert {n for n in guest.builtins if n.startswith("_")} == {
        "__build_class__",
        "__import__",
        "__name__",
    }


def test_errors_never_look_for_a_file(guest: Guest) -> None:
    guest.run("exec(compile('def f(): 1 / 0', '/etc/passwd', 'exec'))")
    assert guest.names["f"].__code__.co_filename == "</etc/passwd>"
