"""Names that people give things, and those that C has taken."""

from __future__ import annotations

NAMES: dict[str, tuple[str, ...]] = {
    "ints": ("numbers", "nums", "arr", "values", "list", "data", "a", "array", "xs", "items"),
    "nums": ("numbers", "values", "prices", "temps", "data", "amounts", "nums", "measures"),
    "strs": ("words", "names", "items", "list", "parts", "tokens", "strs", "w"),
    "int": ("n", "x", "num", "value", "a", "k", "limit", "number"),
    "num": ("x", "value", "amount", "price", "rate", "number"),
    "str": ("s", "str", "text", "word", "name", "line", "input_text"),
    "line": ("line", "row", "l", "entry", "s"),
    "text": ("text", "input", "data", "content", "s", "str"),
    "second": ("b", "m", "y", "k", "other", "second", "max", "end", "step"),
    "third": ("c", "z", "third", "p", "q"),
    "total": ("sum", "total", "acc", "s", "result", "res"),
    "count": ("count", "cnt", "c", "counter", "found", "num_found", "hits"),
    "best": ("best", "max", "largest", "highest", "top", "biggest"),
    "least": ("least", "min", "smallest", "lowest"),
    "out": ("result", "out", "output", "res", "ans", "answer"),
    "outs": ("result", "results", "out", "output", "res", "rest", "selected"),
    "item": ("x", "v", "num", "n", "value", "item", "el", "val"),
    "witem": ("w", "word", "s", "name", "item"),
    "char": ("c", "ch", "char", "letter"),
    "index": ("i", "j", "idx", "pos"),
    "inner": ("j", "k", "d", "m"),
    "counts": ("counts", "freq", "map", "count", "tally", "seen"),
    "key": ("key", "word", "name", "k"),
    "much": ("count", "n", "times", "v"),
    "flag": ("ok", "found", "flag", "valid", "good"),
    "avg": ("avg", "average", "mean"),
    "grid": ("grid", "matrix", "m", "rows", "table", "board"),
    "rows": ("people", "records", "items", "students", "entries", "list", "players"),
    "row": ("p", "r", "item", "person", "e", "rec"),
    "steps": ("steps", "count", "moves", "iterations"),
}
"""By what they stand for."""
TAKEN = {
    "char": "c",
    "double": "dbl",
    "int": "num",
    "long": "lng",
    "short": "shorter",
    "float": "flt",
    "pow": "power",
    "signed": "sgn",
    "abs": "absolute",
    "round": "rounded",
    "div": "divide",
}
"""Names in JavaScript that are none in C, and what stands for them there."""


def renamed(name: str) -> str:
    """Return a name as C has it."""
    return TAKEN.get(name, name)


def _apart(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _apart(
    "apple banana cherry fig grape kiwi lemon mango pear plum level radar noon civic stats "
    "code tree house river stone cloud light green blue red cat dog bird fish horse tiger "
    "lion wolf one two three four five six seven hello world foo bar baz qux alpha beta gamma "
    "delta book letter coffee bubble committee aaa abba zoo eel x it to of and the "
)
"""What texts are made of."""
PEOPLE = _apart(
    "ann bob carl dora eve finn gus hana ivan judy kim leo mia ned olga pat quin rosa sam tess "
)
"""Whom tables are about."""
