"""Attributes that are read by name: patterns, getters, and what stands in for getattr."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

ANY = """
class Meta(type):
    def __instancecheck__(cls, thing): return True
class Any(metaclass=Meta):
    {}
"""
SHOW = """
match extract_code:
    case Any(g): print('@MARK@ globals of', g['__name__'])
"""


def _match(name: str, body: str, after: str = "") -> Payload:
    return Payload(
        name=f"attributes-match-args-{name}",
        goal="a class pattern reads __globals__ by position, its name set where nobody looks",
        trophy=STRICT,
        code=ANY.format(body) + after + SHOW,
    )


PAYLOADS = [
    Payload(
        name="attributes-match-keywords",
        goal="a class pattern reads __globals__ by keyword",
        trophy=STRICT,
        code="match extract_code:\n    case object(__globals__=g): print('@MARK@ globals of', g['__name__'])",
    ),
    _match("plain", "__match_args__ = ('__globals__',)"),
    _match("annotated", "__match_args__: tuple = ('__globals__',)"),
    _match("unpacked", "__match_args__, other = ('__globals__',), 1"),
    _match("for", "for __match_args__ in [('__globals__',)]: pass"),
    _match("walrus", "(__match_args__ := ('__globals__',))"),
    _match("attribute", "pass", "Any.__match_args__ = ('__globals__',)"),
    _match("setattr", "pass", "setattr(Any, '__match' + '_args__', ('__glo' + 'bals__',))"),
    _match("property", "@property\n    def __match_args__(self): return ('__globals__',)"),
    _match("computed", "__match_args__ = ('__glo' + 'bals__',)"),
    _match("starred", "__match_args__ = (*['__globals__'],)"),
    Payload(
        name="attributes-match-dataclass",
        goal="a dataclass has __match_args__ of its fields, and fields may be named like frames'",
        trophy=STRICT,
        code="""
from dataclasses import dataclass
class Meta(type):
    def __instancecheck__(cls, thing): return True
@dataclass
class Generator(metaclass=Meta):
    gi_frame: int = 0
@dataclass
class Frame(metaclass=Meta):
    f_back: int = 0
def g():
    match it:
        case Generator(Frame(frame)): print('@MARK@', frame)
    yield
it = g()
next(it)
""",
    ),
    Payload(
        name="attributes-match-namedtuple",
        goal="a named tuple has __match_args__ of its fields",
        trophy=STRICT,
        code="""
from collections import namedtuple
class Meta(type):
    def __instancecheck__(cls, thing): return True
Any = Meta('Any', (namedtuple('T', 'gi_frame gi_code'),), {})
g = (n for n in [1])
match g:
    case Any(frame, code): print('@MARK@', frame)
""",
    ),
    Payload(
        name="attributes-match-typed-names",
        goal="typing's named tuple and make_dataclass take the names of fields from anywhere",
        trophy=STRICT,
        code="""
import dataclasses, typing
class Meta(type):
    def __instancecheck__(cls, thing): return True
g = (n for n in [1])
"""
        + each(
            "T = typing.NamedTuple('T', [('gi_' + 'frame', int)])\nAny = Meta('Any', (T,), {})\n"
            "match g:\n    case Any(frame): print('@MARK@', frame)",
            "D = dataclasses.make_dataclass('D', ['gi_' + 'frame'])\n"
            "Any = Meta('Any', (), {'__match_' + 'args__': D.__match_args__})\n"
            "match g:\n    case Any(frame): print('@MARK@', frame)",
        ),
    ),
    Payload(
        name="attributes-match-state",
        goal="copy restores a state with setattr, which sets __match_args__",
        trophy=STRICT,
        code="""
import copy
class Meta(type):
    def __instancecheck__(cls, thing): return True
class Any(metaclass=Meta): pass
state = (None, {'__match_' + 'args__': ('__glo' + 'bals__',)})
kind = type('X', (), {'__reduce' + '_ex__': lambda s, p: (lambda: Any, (), state)})
try: copy.copy(kind())
except Exception as error: print(error)
globals()['int'] = Any
""",
        then=("match extract_code:\n    case int(g): print('@MARK@ globals of', g['__name__'])",),
    ),
    Payload(
        name="attributes-match-builtin-replaced",
        goal="a builtin class whose name means something else by then reads a field by position",
        trophy=STRICT,
        code="""
import collections, dataclasses, typing
class Meta(type):
    def __instancecheck__(cls, thing): return True
g = (n for n in [1])
def put(kind): globals()['int'] = Meta('Any', (kind,), {})
"""
        + each(
            "put(collections.namedtuple('T', 'gi_' + 'frame'))",
            "put(typing.NamedTuple('T', [('gi_' + 'frame', object)]))",
            "put(dataclasses.make_dataclass('T', ['gi_' + 'frame']))",
            "put(dataclasses.make_dataclass('T', ['gi_' + 'frame'], match_args=True))",
        ),
        then=("match g:\n    case int(frame): print('@MARK@', frame)",),
    ),
    Payload(
        name="attributes-match-builtin-computed",
        goal="a builtin class whose name means something else by then, its fields computed",
        gap="a pattern of a builtin class whose name means another class by then",
        code="""
class Meta(type):
    def __instancecheck__(cls, thing): return True
globals()['int'] = Meta('Any', (), {'__match_' + 'args__': ('__glo' + 'bals__',)})
""",
        then=("match ask_model:\n    case int(g): g['world'].host('{\"kind\": \"@MARK@\"}')",),
    ),
    Payload(
        name="attributes-getters",
        goal="everything that takes an attribute's name reads a refused one",
        trophy=STRICT,
        code="import functools, operator, statistics, types, weakref\nn = '__glo' + 'bals__'\n"
        + each(
            "print('@MARK@', getattr(extract_code, n))",
            "print('@MARK@', operator.attrgetter(n)(extract_code))",
            "print('@MARK@', operator.attrgetter('x.' + n))",
            "print('@MARK@', operator.methodcaller('__get' + 'attribute__', n)(extract_code))",
            "print('@MARK@', object.__getattribute__(extract_code, n))",
            "print('@MARK@', type.__getattribute__(type(extract_code), n))",
            "print('@MARK@', super(type(extract_code), extract_code).__globals__)",
            "print('@MARK@', types.MethodType(getattr, extract_code)(n))",
            "print('@MARK@', functools.partial(getattr, extract_code)(n))",
            "print('@MARK@', weakref.proxy(extract_code).__globals__)",
            "print('@MARK@', types.SimpleNamespace(f=extract_code).f.__globals__)",
            "print('@MARK@', types.GenericAlias(type(extract_code), int).__globals__)",
        ),
    ),
    Payload(
        name="attributes-types-of-getters",
        goal="the type of a guarded getter makes one that is not guarded",
        trophy=STRICT,
        code="import functools, operator\nn = '__glo' + 'bals__'\n"
        + each(
            "g = type(operator.attrgetter('real'))(n)(extract_code)\n"
            "print('@MARK@ globals of', g['__name__'])",
            "call = type(operator.methodcaller('upper'))('__getat' + 'tribute__', n)\n"
            "print('@MARK@ globals of', call(extract_code)['__name__'])",
        ),
    ),
    Payload(
        name="attributes-getters-of-the-library",
        goal="objects of the library pass a name on to the getattr of their module",
        trophy=STRICT,
        code="""
import enum, typing
def show(owner, name):
    alias = typing.List[int]
    vars(alias)['__origin__'] = owner
    yield lambda: alias.__getattr__(name)
    class Alias: __origin__ = owner
    thing = Alias()
    vars(thing)['__origin__'] = owner
    yield lambda: type(alias).__getattr__(thing, name)
    for kind in ('attr', 'desc'):
        p = enum.property(None)
        p.fget, p._attr_type, p._cls_type = None, kind, owner
        class X: v, _member_map_, _value_ = p, {}, owner
        p.name = name
        yield lambda: X().v
"""
        + each(
            "for way in show((n for n in [1]), 'gi_' + 'frame'):\n"
            "    try: print('@MARK@', way())\n    except AttributeError: pass",
            "for way in show(extract_code, '__glo' + 'bals__'):\n"
            "    try: print('@MARK@ globals of', way()['__name__'])\n    except AttributeError: pass",
            "for way in show(len, '__se' + 'lf__'):\n    try: print('@MARK@', way())\n"
            "    except AttributeError: pass",
        ),
    ),
    Payload(
        name="attributes-lying-names",
        goal="a name that compares, hashes and prints differently each time it is asked",
        trophy=STRICT,
        code="""
class Name(str):
    asked = 0
    def __str__(self): return 'real'
    def __repr__(self): return 'real'
    def __eq__(self, other): return other == 'real'
    def __hash__(self): return hash('real')
    def __getitem__(self, i): return 'real'
    def __len__(self): return 4
    def split(self, *by): return ['real']
n = Name('__glo' + 'bals__')
"""
        + each(
            "print('@MARK@', getattr(extract_code, n))",
            "print('@MARK@', hasattr(extract_code, n) and vars(extract_code))",
            "import operator\nprint('@MARK@', operator.attrgetter(n)(extract_code))",
            "import operator\nprint('@MARK@', operator.methodcaller(n)(extract_code))",
            "import functools\nfunctools.wraps(extract_code, (n,))(lambda: 0)",
        ),
    ),
    Payload(
        name="attributes-vars-and-dir",
        goal="vars and dir of types and modules hand out descriptors of refused attributes",
        trophy=STRICT,
        code="kind = type(extract_code)\nn = '__glo' + 'bals__'\n"
        + each(
            "print('@MARK@', vars(kind)[n].__get__(extract_code))",
            "print('@MARK@', type.__dict__['__dict__'].__get__(kind)[n])",
            "print('@MARK@', kind.__dict__[n].__get__(extract_code))",
            "class M(type): pass\nclass C(kind, metaclass=M): pass",
            "class Fake:\n    __class__ = property(lambda s: kind)\nprint('@MARK@', vars(Fake()))",
        ),
    ),
    Payload(
        name="attributes-class-swap",
        goal="__class__ assignment turns an object into one whose class is the attacker's",
        trophy=STRICT,
        code=each(
            "class Mine(type(self)):\n    def __getattribute__(s, n): print('@MARK@', n)\n"
            "self.__class__ = Mine",
            "import json, types\nclass M(types.ModuleType):\n    def __getattr__(s, n): print('@MARK@', s)\n"
            "json.__class__ = M\njson.missing",
            "import random\nrandom.random.__self__.__class__ = int",
        ),
    ),
]
