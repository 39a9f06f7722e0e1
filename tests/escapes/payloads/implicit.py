"""Code that runs though nobody calls it: decorators, metaclasses, hooks."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

EVIL = """'a" + str(print("@MARK@", __import__("sys"))) + "'"""

PAYLOADS = [
    Payload(
        name="implicit-decorator-exec",
        goal="a decorator that executes, compiles or imports its argument's name",
        trophy=STRICT,
        code=each(
            "def name(f): return 's' + 'ys'\n@print\n@__import__\n@name\ndef f(): pass",
            'def text(f): return \'print("@MARK@", __import__("sys"))\'\n@exec\n@text\ndef f(): pass',
            "@(lambda f: getattr(f, '__glo' + 'bals__'))\ndef g(): pass\n"
            "print('@MARK@ globals of', g['__name__'])",
        ),
    ),
    Payload(
        name="implicit-metaclass-getattr",
        goal="a metaclass is given names that were never judged",
        trophy=STRICT,
        code="""
class Meta(type):
    def __getattr__(cls, name): return getattr(source_of, name)
    def __getitem__(cls, name): return getattr(source_of, name)
    def __class_getitem__(cls, name): return getattr(source_of, name)
class Door(metaclass=Meta): pass
"""
        + each(
            "print('@MARK@', Door['__glo' + 'bals__'])",
            "print('@MARK@', getattr(Door, '__glo' + 'bals__'))",
            "print('@MARK@', Meta['__co' + 'de__'])",
        ),
    ),
    Payload(
        name="implicit-prepare",
        goal="a class body whose namespace is computed defines names that the rules refuse",
        gap="A class body whose namespace is computed can still reach names that the rules refuse",
        code="""
class Names(dict):
    def __setitem__(self, name, value):
        dict.__setitem__(self, '__get' + 'attribute__' if name == 'anything' else name, value)
class Meta(type):
    def __prepare__(name, bases): return Names()
class Door(metaclass=Meta):
    def anything(self, name): return name
print(Door().x)
kind = type('K', (), {'__match' + '_args__': ('__glo' + 'bals__',)})
""",
    ),
    Payload(
        name="implicit-type-with-match-args",
        goal="type() makes a class whose patterns read any attribute",
        trophy=STRICT,
        code="""
class Meta(type):
    def __instancecheck__(cls, thing): return True
Any = Meta('Any', (), {'__match_' + 'args__': ('__glo' + 'bals__',)})
match source_of:
    case Any(g): print('@MARK@ globals of', g['__name__'])
""",
    ),
    Payload(
        name="implicit-init-subclass",
        goal="__init_subclass__, __set_name__ and __mro_entries__ run with internals as arguments",
        trophy=STRICT,
        code="""
class Spy:
    def __set_name__(self, owner, name): print('@MARK@', owner, name)
    def __mro_entries__(self, bases): return (Base,)
    def __get__(self, instance, owner): print('@MARK@', instance); return 1
class Base:
    def __init_subclass__(cls, **options): print('@MARK@', options)
class Child(Spy(), tag=print):
    x = Spy()
Child().x
Body.everything
class Heir(Body):
    x = Spy()
Heir().x
""",
    ),
    Payload(
        name="implicit-dataclass-field-renamed",
        goal="a field of a base is renamed to code, which the next dataclass executes",
        trophy=STRICT,
        code=f"""
from dataclasses import dataclass, fields
@dataclass
class A:
    x: int = 1
fields(A)[0].name = {EVIL}
"""
        + each("@dataclass(init=False, eq=False)\nclass B(A):\n    y: int = 2\nprint(repr(B()))"),
    ),
    Payload(
        name="implicit-dataclass-names-that-change",
        goal="annotations that say one name to the guard and another to dataclasses",
        trophy=STRICT,
        code=f"""
from dataclasses import dataclass
name = {EVIL}
class Evil(dict):
    n = 0
    def keys(self):
        Evil.n += 1
        return ['a'] if Evil.n == 1 else [name]
    def __iter__(self): return iter(self.keys())
    def __getitem__(self, key): return int
    def items(self): return [(name, int)]
class C: pass
C.__annotations__ = Evil()
D = dataclass(init=False, eq=False)(C)
print(repr(D()))
""",
    ),
    Payload(
        name="implicit-make-dataclass",
        goal="make_dataclass writes names and types into text that it executes",
        trophy=STRICT,
        code="from dataclasses import field, make_dataclass\n"
        + each(
            f"make_dataclass('C', [{EVIL}])",
            f"make_dataclass({EVIL}, ['a'])",
            f"make_dataclass('C', [('a', {EVIL})])",
            f"make_dataclass('C', ['a'], namespace={{'__annotations__': {{{EVIL}: int}}}})",
            f"f = field()\nf.name = {EVIL}\nprint(make_dataclass('C', [('a', int, f)])(1))",
            f"class N(str):\n    def isidentifier(self): return True\nmake_dataclass('C', [N({EVIL})])",
        ),
    ),
    Payload(
        name="implicit-namedtuple",
        goal="namedtuple evaluates a text made of field names",
        trophy=STRICT,
        code="""
from collections import namedtuple
import typing, enum
class N(str):
    def isidentifier(self): return True
    def __str__(self): return self
evil = N('x=print("@MARK@", __import__("sys"))')
"""
        + each(
            "namedtuple('T', [evil])",
            "namedtuple(evil, ['a'])",
            "typing.NamedTuple('T', [(evil, int)])",
            "enum.Enum(evil, [evil])",
            "namedtuple('T', ['a'], module=evil)",
            "typing.TypedDict(evil, {evil: int})",
        ),
    ),
    Payload(
        name="implicit-lazy-annotations",
        goal="annotations are evaluated late, in somebody else's scope",
        trophy=STRICT,
        code=each(
            "def f(x: __import__('sys')): pass\nprint('@MARK@', f.__annotations__)",
            "import typing\nprint('@MARK@', typing.get_type_hints(f))",
            "type Late = __import__('sys')\nprint('@MARK@', Late.__value__)",
            'class C:\n    x: \'print("@MARK@", __import__("sys"))\'\n'
            "import typing\ntyping.Optional['__import__(\"sys\")'].__args__[0]._evaluate({}, {}, set())",
            "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: 'sys.ClassVar' = 1",
        ),
    ),
    Payload(
        name="implicit-forward-reference-evaluated",
        goal="a forward reference is a text that the library evaluates, in whose scope one likes",
        trophy=STRICT,
        code="""
import typing
def found(text):
    yield vars(typing.List[text])['__args__'][0]
    yield typing.TypedDict('T', {'x': text}).__annotations__['x']
"""
        + each(
            "for ref in found('__import__'): print('@MARK@', ref.evaluate())",
            "for ref in found('getattr'): print('@MARK@', ref.evaluate(format=1))",
            "for ref in found('__import__(\"sys\")'): print('@MARK@', ref.evaluate())",
            "for ref in found('world'): print('@MARK@', ref.evaluate(owner=ask_model))",
            "class T(typing.TypedDict):\n    __module__ = 'sys'\n    x: 'modules'\n"
            "print('@MARK@', T.__annotations__['x'].evaluate()['sys'])",
            "import functools\nfor ref in found('eval'):\n"
            "    print('@MARK@', functools.reduce(lambda a, f: f(), [0, ref.evaluate]))",
        ),
    ),
    Payload(
        name="implicit-forward-reference-compiled",
        goal="a forward reference keeps the code that its text was compiled to",
        trophy=STRICT,
        code="""
import copy, typing
def show(ref):
    for name in ('__forward_co' + 'de__', '__co' + 'de__'):
        print('@MARK@', ref.__getstate__()[1].get(name))
        memo = {}
        copy.deepcopy([ref], memo)
        for state in memo.values():
            if type(state) is dict: print('@MARK@', state.get(name))
"""
        + each(
            "show(vars(typing.List['self.x'])['__args__'][0])",
            "show(typing.TypedDict('T', {'x': 'self.x'}).__annotations__['x'])",
            "ref = vars(typing.List['self.x'])['__args__'][0]\nref == ref, hash(ref)\nshow(ref)",
        ),
    ),
    Payload(
        name="implicit-annotations-of-a-dataclass",
        goal="dataclasses asks for annotations that fail, and they are looked up as real builtins",
        trophy=STRICT,
        code="""
from dataclasses import dataclass, fields
def fails(): raise ValueError
@dataclass
class C:
    x: getattr
    y: fails()
    z: fails()[1]
for field in fields(C):
    print('@MARK@', field.type)
    print('@MARK@', field.type.__getstate__()[1].get('__co' + 'de__'))
""",
    ),
    Payload(
        name="implicit-fields-that-read-attributes",
        goal="the names of fields, changed afterwards, are read by astuple, replace and pprint",
        trophy=STRICT,
        code="""
from dataclasses import astuple, dataclass, fields, replace
import pprint
@dataclass
class E(Exception):
    x: int = 1
error = E()
for name in ('__trace' + 'back__', '__di' + 'ct__', '__cl' + 'ass__'):
    fields(E)[0].name = name
    print('@MARK@', astuple(error)[0])
    pprint.pprint(error)
    print('@MARK@', replace(error))
""",
    ),
    Payload(
        name="implicit-enum-hooks",
        goal="enum's hooks and its sunder methods look into other modules",
        trophy=STRICT,
        code="import enum\n"
        + each(
            "enum.IntEnum._convert_('X', 'os', lambda n: True)",
            "print('@MARK@', getattr(enum.IntEnum, '_conv' + 'ert_')('X', 'sys', lambda n: 1))",
            "enum.global_enum(enum.Enum('X', 'a', module='os'))",
            "class E(enum.Enum):\n    def _generate_next_value_(name, *rest):\n"
            "        print('@MARK@', rest)\n    a = enum.auto()",
        ),
    ),
    Payload(
        name="implicit-dispatch-on-annotations",
        goal="singledispatch evaluates annotations in the globals of a function",
        trophy=STRICT,
        code=each(
            "import functools\nprint('@MARK@', functools.singledispatch)",
            "import functools\n@functools.singledispatch\ndef f(x): pass\n"
            "@f.register\ndef g(x: '__import__(\"sys\")'): pass",
        ),
    ),
]
