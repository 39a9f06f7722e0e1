"""Format strings read attributes and items by name."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import Payload, each

STRICT = ("strict",)

PAYLOADS = [
    Payload(
        name="formats-literal",
        goal="read globals with a format string that is in plain sight",
        trophy=STRICT,
        code="print('@MARK@', '{0.__globals__[sys]}'.format(source_of))",
    ),
    Payload(
        name="formats-computed",
        goal="read globals with a format string that no text shows",
        gap="str.format with a computed template reads attributes, as text",
        code=each(
            "print('@MARK@', ('{0.__glo' + 'bals__[sys]}').format(source_of))",
            "print('@MARK@', ('{f.__glo' + 'bals__[world]}').format_map({'f': source_of}))",
            "print('@MARK@', str.format('{0.__glo' + 'bals__[sys]}', source_of))",
            "import functools\nprint('@MARK@', functools.partial(str.format, '{0.__cl' + 'ass__}')(5))",
        ),
    ),
    Payload(
        name="formats-bound-method-out-of-sight",
        goal="take str.format from the class, as an item of a mapping, and by map()",
        gap="str.format with a computed template reads attributes, as text",
        code=each(
            "print('@MARK@', vars(str)['format']('{0.__glo' + 'bals__[sys]}', source_of))",
            "print('@MARK@', *map(str.format, ['{0.__glo' + 'bals__[sys]}'], [source_of]))",
            "f = getattr('{0.__glo' + 'bals__[sys]}', 'for' + 'mat')\nprint('@MARK@', f(source_of))",
            "class S(str): pass\nprint('@MARK@', S('{0.__glo' + 'bals__[sys]}').format(source_of))",
        ),
    ),
    Payload(
        name="formats-formatter",
        goal="string.Formatter returns objects, not only texts",
        trophy=STRICT,
        code=each(
            "import string\nf = string.Formatter()\n"
            "print('@MARK@', f.get_field('0.__glo' + 'bals__', [source_of], {})[0]['sys'])",
            "import string\nprint('@MARK@', getattr(string, 'Format' + 'ter'))",
            "from string import Formatter\nprint('@MARK@', Formatter)",
            "import string\nprint('@MARK@', vars(string)['_string'])",
        ),
    ),
    Payload(
        name="formats-template",
        goal="string.Template with a mapping of its own reads what it likes",
        trophy=STRICT,
        code="""
import string
class Reach(dict):
    def __missing__(self, name): return getattr(source_of, name)
class Wide(string.Template):
    idpattern = r'[_a-z]+'
print('@MARK@', Wide('${__glo' + 'bals__}').substitute(Reach()))
""",
    ),
    Payload(
        name="formats-spec",
        goal="__format__ of a stranger is called with a spec that reads attributes",
        gap="str.format with a computed template reads attributes, as text",
        code="""
class Spy:
    def __format__(self, spec):
        print('@MARK@', spec)
        return ''
'{0:{1.__class__}}'.format(Spy(), source_of)
('{0:{1.__glo' + 'bals__[sys]}}').format(Spy(), source_of)
""",
    ),
    Payload(
        name="formats-f-strings",
        goal="f-strings nest code that the two parsers see differently",
        trophy=STRICT,
        code=each(
            "print('@MARK@', f\"{getattr(source_of, '__glo' + 'bals__')['sys']}\")",
            "print('@MARK@', eval('f\"{source_of.__glo' + 'bals__}\"'))",
            "print('@MARK@', eval(\"f'{source_of.__glo\" + \"bals__['sys']}'\"))",
            "print('@MARK@', eval('t\"{source_of.__glo' + 'bals__}\"').interpolations[0].value)",
        ),
    ),
    Payload(
        name="formats-percent-and-logging",
        goal="old-style formatting with a mapping that runs code",
        trophy=STRICT,
        code="""
class Reach:
    def __getitem__(self, name): return getattr(source_of, name)
"""
        + each("print('@MARK@', ('%(__glo' + 'bals__)s') % Reach())"),
    ),
]
