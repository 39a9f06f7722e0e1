"""JSON that parsers disagree about, sent by the organism's own doors and by the host function."""
# ruff: noqa: E501 - payloads are written as a model would say them

from tests.escapes.payload import FORGED_FUEL, Payload

HOST = "import sys\nhost = sys.modules['autoagent.organism.world'].world.host\n"
ASK = '{"kind": "ask", "query": %s, "outcome": {"stdout": "", "error": "", "changes": {}, "names": []}}'


def _text(name: str, goal: str, text: str) -> Payload:
    return Payload(name=f"json-{name}", goal=goal, code=f"{HOST}host({text})")


def _used(name: str, goal: str, value: str, before: str = "") -> Payload:
    code = f"{before}self.use('clock', a={value})"
    return Payload(name=f"json-in-a-skill-{name}", goal=goal, code=code)


PAYLOADS = [
    _text("deep-lists", "lists nested beyond a parser's stack", "'[' * 60_000"),
    _text("deep-objects", "objects nested beyond a parser's stack", "'{\"a\":' * 20_000"),
    _text(
        "deep-in-a-message",
        "a well-formed message that nests deeply",
        repr('{"kind": "skill", "name": "clock", "input": {"a": ')
        + " + '[' * 900 + ']' * 900 + '}}'",
    ),
    _text("nan", "NaN where a text should be", repr(ASK % "NaN")),
    _text("infinity", "Infinity where a text should be", repr(ASK % "-Infinity")),
    _text("big-number", "a number of a hundred thousand digits", repr(ASK) + " % ('1' * 100_000)"),
    _text("big-exponent", "a number that no float can hold", repr(ASK % "1e999999")),
    _text(
        "big-exponent-in-a-skill",
        "a number that no float can hold enters the journal",
        repr('{"kind": "skill", "name": "clock", "input": {"a": [1e999, -1e999]}}'),
    ),
    _text(
        "duplicate-keys",
        "two kinds and two fuels in one message",
        repr(ASK.replace('"kind"', f'"fuel": {FORGED_FUEL}, "kind": "skill", "kind"') % '"x"'),
    ),
    _text("surrogate", "half a character in the query", repr(ASK % r'"\ud800"')),
    _text("surrogate-pair-split", "halves in the wrong order", repr(ASK % r'"\udc00\ud800"')),
    _text(
        "surrogate-in-names",
        "half characters in the names of definitions",
        repr(ASK.replace('"changes": {}', r'"changes": {"\ud800": "\udfff"}') % '"x"'),
    ),
    _text("raw-surrogate", "a text that cannot be encoded at all", r"'{\ud800}'"),
    _text("nul", "NULs and controls in the text", r"'{\0\"kind\": \"ask\"}\0'"),
    _text("trailing", "two messages in one", repr(ASK % '"x"' + ASK % '"y"')),
    _text("line-ends", "a message over many lines, with another behind", repr("\n\n{}\n{}\r\n")),
    _text("byte-order-mark", "a byte order mark in front", "'\\ufeff' + " + repr(ASK % '"x"')),
    _text("scalars", "a message that is a bare value", "'null'"),
    _text(
        "proto", "keys that mean something to objects", '\'{"__class__": "x", "kind": "__init__"}\''
    ),
    _text("empty", "an empty text", "''"),
    _used("nan", "NaN in the input of a skill", "float('nan')"),
    _used("infinity", "infinity in the input of a skill", "[float('inf'), -float('inf')]"),
    _used("big", "a number that Python refuses to read back", "10 ** 4299 * 9"),
    _used("deep", "input that nests deeply", "x", "x = []\nfor _ in range(900): x = {'a': x}\n"),
    _used("cycle", "input that contains itself", "x", "x = []\nx.append(x)\n"),
    _used(
        "keys", "keys that collide once they are texts", "{1: 0, '1': 1, None: 2, True: 3, 1.0: 4}"
    ),
    _used("surrogates", "half characters as key and value", r"{'\ud800': '\udc00'}"),
]
