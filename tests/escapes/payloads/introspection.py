"""Looking at oneself, and from there at what is not one's own."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

PAYLOADS = [
    Payload(
        name="introspection-code-objects",
        goal="get hold of the code object whose fields may be read",
        trophy=STRICT,
        code="def f(): return lambda: 0\nimport operator\n"
        + each(
            "print('@MARK@', (c := f.__code__).co_name and c)",
            "for c in [f.__code__]: print('@MARK@', c)",
            "print('@MARK@', getattr(f, '__co' + 'de__'))",
            "print('@MARK@', operator.attrgetter('__co' + 'de__')(f))",
            "print('@MARK@', f.__code__.co_consts[1])",
            "print('@MARK@', getattr(f, '__co' + 'de__').co_consts)",
            "print('@MARK@', vars(type(f))['__co' + 'de__'].__get__(f))",
            "print('@MARK@', f.__dict__, type(f).__dict__['__co' + 'de__'])",
            "match f:\n    case object(__code__=c): print('@MARK@', c)",
            "print('@MARK@', '{0.__code__}'.format(f))",
            "import typing\na = typing.List[int]\nvars(a)['__origin__'] = f\nprint('@MARK@', getattr(a, '__co' + 'de__'))",
        ),
    ),
    Payload(
        name="introspection-foreign-subclasses",
        goal="list classes that are not the organism's, from one that may pass for its own",
        trophy=STRICT,
        code="import io, json\nclass M(type):\n    def mro(cls): return [cls, object]\nclass A(metaclass=M): pass\n"
        + each(
            "print('@MARK@', Body.__subclasses__())",
            "io.StringIO.__module__ = '__main__'\nprint('@MARK@', io.TextIOBase.__subclasses__())",
            "json.JSONEncoder.__module__ = '__main__'\nprint('@MARK@', json.JSONEncoder.__subclasses__())",
            "print('@MARK@', super(A, A).__subclasses__())",
            "print('@MARK@', M.__subclasses__(object))",
            "print('@MARK@', type(A).__subclasses__(object))",
            "def pick(*a, **k): return object\nclass B(metaclass=pick): pass\nprint('@MARK@', B.__subclasses__())",
            "print('@MARK@', type.__dict__['__subcl' + 'asses__'](object))",
            "self = type\nprint('@MARK@', self.__dict__['__subcl' + 'asses__'](object))",
            "print('@MARK@', A.__mro__[-1].__subclasses__())",
            "print('@MARK@', Exception.__subclasses__())",
        ),
    ),
    Payload(
        name="introspection-bases-rewritten",
        goal="put a class of one's own below, or above, one that the world relies on",
        trophy=STRICT,
        code="class Spy:\n    def write(self, text): print('@MARK@ forged')\n"
        + each(
            "Body.__bases__ = (Spy,)",
            "setattr(type(self), '__ba' + 'ses__', (Spy,))",
            "type.__setattr__(Body, '__bases__', (Spy,))",
            "vars(type)['__ba' + 'ses__'].__set__(Body, (Spy,))",
            "import io\nvars(type)['__ba' + 'ses__'].__set__(io.TextIOBase, (Spy,))",
        ),
        then=("print('still here')", "exec('x = = 1')"),
    ),
    Payload(
        name="introspection-traceback-objects",
        goal="get the traceback behind the one that may be read",
        trophy=STRICT,
        code="import sys, traceback\ntry: 1 / 0\nexcept Exception as e: error, third = e, sys.exc_info()[2]\n"
        + each(
            "print('@MARK@', error.__traceback__)",
            "print('@MARK@', third, type(third)(1))",
            "print('@MARK@', getattr(error.__traceback__, 'tb_' + 'frame'))",
            "print('@MARK@', error.with_traceback(third))",
            "print('@MARK@', traceback.walk_tb(third))",
            "print('@MARK@', vars(BaseException)['__trace' + 'back__'].__get__(error))",
            "type(third).tb_next = property(lambda t: print('@MARK@', t))\ntraceback.format_tb(third)",
            "print('@MARK@', error.__context__, error.__dict__)",
        ),
    ),
    Payload(
        name="introspection-dicts-of-others",
        goal="read the dictionaries of functions, modules and classes that are not one's own",
        trophy=STRICT,
        code="import json, sys, logging\n"
        + each(
            "print('@MARK@', json.__dict__['code' + 'cs'])",
            "print('@MARK@', sys.__dict__['mod' + 'ules'])",
            "print('@MARK@', extract_code.__dict__, extract_code.__defaults__)",
            "print('@MARK@', object.__dict__['__cl' + 'ass__'].__get__(print))",
            "print('@MARK@ globals of', type(extract_code).__dict__['__glo' + 'bals__'].__get__(extract_code)['__name__'])",
            "print('@MARK@', source_of.__kwdefaults__, source_of.__defaults__)",
            "class P:\n    @property\n    def __dict__(self): return {'x': extract_code}\nprint('@MARK@', P().__dict__['x'].__globals__)",
        ),
    ),
    Payload(
        name="introspection-patterns-that-lie",
        goal="a positional pattern reads names that were never judged",
        trophy=STRICT,
        code="""
class Meta(type):
    def __instancecheck__(cls, thing):
        type.__setattr__(cls, '__match' + '_args__', ('__glo' + 'bals__',))
        return True
class Late(metaclass=Meta):
    __match_args__ = ('__name__',)
class Twice(type):
    turns = []
    def __instancecheck__(cls, thing): return True
    @property
    def __match_args__(cls):
        Twice.turns.append(1)
        return ('__name__',) if len(Twice.turns) < 2 else ('__glo' + 'bals__',)
class Shifty(metaclass=Twice): pass
class N(str):
    def __eq__(self, other): return False
    __hash__ = str.__hash__
class Subtle(metaclass=Meta):
    __match_args__ = (N('__glo' + 'bals__'),)
Computed = Meta('Computed', (), {'__match_' + 'args__': ('__glo' + 'bals__',)})
Tuple = type('Tuple', (tuple,), {})
class Listed(metaclass=Meta): __match_args__ = Tuple(('__glo' + 'bals__',))
"""
        + each(
            *(
                f"match source_of:\n    case {name}(g): print('@MARK@ globals of', g['__name__'])"
                for name in ("Late", "Shifty", "Subtle", "Computed", "Listed")
            ),
            "for _ in range(3):\n    match source_of:\n        case Late(g): print('@MARK@ globals of', g)",
            "int = Computed\nmatch source_of:\n    case int(g): print('@MARK@ globals of', g['__name__'])",
            "exec('match source_of:\\n  case Any(g): print(\"@MARK@ globals of\", g[\"__name__\"])', {**globals(), 'Any': Computed})",
            "class L(dict):\n    def __contains__(s, k): return True\n    def __getitem__(s, k): return Computed\n"
            "exec('match 1:\\n  case Any(g): print(\"@MARK@ globals of\", g)', globals(), L())",
        ),
    ),
    Payload(
        name="introspection-guards-in-hand",
        goal="the guards of attributes and patterns, by the names that no text can have",
        trophy=STRICT,
        code="guards = globals()['__buil' + 'tins__']\n"
        + each(
            "print('@MARK@', guards['<re' + 'ad>'](extract_code, '__glo' + 'bals__'))",
            "print('@MARK@', guards['<re' + 'ad>'](object, '__subcl' + 'asses__')())",
            "print('@MARK@', getattr(guards['<sha' + 'pes>'], 'sys'))",
            "import operator\nprint('@MARK@', operator.attrgetter('sys')(guards['<sha' + 'pes>']))",
            "print('@MARK@', max([guards['<sha' + 'pes>']], key=lambda g: g.functools))",
        ),
    ),
    Payload(
        name="introspection-guards-replaced",
        goal="another guard of patterns, put into the builtins by a name that no text shows",
        gap="the guards of attributes and patterns can be replaced in the builtins by computed names",
        code="""
class Fake:
    def __getattr__(self, name):
        class Kind(type):
            def __instancecheck__(cls, thing): return True
        return Kind('Any', (), {'__match_' + 'args__': ('__name__',)})
globals()['__buil' + 'tins__']['<sha' + 'pes>'] = Fake()
match print:
    case Point(name): print(name)
""",
    ),
]
