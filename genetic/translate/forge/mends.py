"""Break programs as models break them: a slip each, that the compiler or the output shows."""

from __future__ import annotations

import random
import re

Edit = tuple[str, str]
EDITS: tuple[Edit, ...] = (
    (r"%lld", "%d"),
    (r"%lld", "%s"),
    (r"%s", "%d"),
    (r"%\.15g", "%f"),
    (r"%\.(\d)f", "%f"),
    (r"%c", "%d"),
    (r"\\n\"", '"'),
    (r": %", " %"),
    (r"\" \" : \"\"", '", " : ""'),
    (r"\? \"(.)\" : \"\"", r'? "\1\1" : ""'),
    (r";$", ""),
    (r"\) \{$", ")"),
    (r"^ *\}$", ""),
    (r"^ *long long \w+ = [^\n]*;$", ""),
    (r"^ *char \w+\[1000\][^\n]*;$", ""),
    (r" <= ", " < "),
    (r" < ", " <= "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" == ", " != "),
    (r" == ", " === "),
    (r" \+= ", " = "),
    (r" \+ 1\b", ""),
    (r" - 1\b", ""),
    (r" = 0;", " = 1;"),
    (r" = 1;", " = 0;"),
    (r"= 1; (\w)", r"= 0; \1"),
    (r"= 0; (\w)", r"= 1; \1"),
    (r"&& ", "|| "),
    (r" % 2 == 0", " % 2 == 1"),
    (r"\[0\]", "[1]"),
    (r"\+\+;$", "--;"),
    (r"&(\w+)\)", r"\1)"),
    (r"(\w+)_n\b", r"\1.length"),
    (r"long long (\w+) =", r"let \1 ="),
    (r"double (\w+) =", r"long long \1 ="),
    (r"strcmp\((\w+), (\"?\w+\"?)\) == 0", r"\1 == \2"),
    (r"'(.)'", r'"\1"'),
    (r"\(double\)", ""),
    (r"^ *return \w+;$", ""),
    (r"printf\(\"%lld\\n\", ([^;]*)\);", r"console.log(\1);"),
    (r"\(long long\)strlen\((\w+)\)", r"\1.length"),
    (r"^( *)(\w+\[\w+_n\+\+\] = )", r"\1if (0) \2"),
    (r"^ *\w+_n\+\+;$", ""),
    (r"j \+ 1 < ", "j < "),
    (r"strcspn\((\w+), \"\\n\"\)", r"strlen(\1)"),
)
"""Patterns and what takes their place."""


def broken(rng: random.Random, program: str) -> str | None:
    """Return a program with a slip in it by chance, or None if this one finds no place."""
    pattern, instead = rng.choice(EDITS)
    places = list(re.finditer(pattern, program, re.MULTILINE))
    if rng.random() < 0.15:
        return _misspelt(rng, program)
    if not places:
        return None
    place = rng.choice(places)
    changed = program[: place.start()] + place.expand(instead) + program[place.end() :]
    return changed if changed != program else None


def _misspelt(rng: random.Random, program: str) -> str | None:
    """Return a program in which one use of a name is another name."""
    names = sorted(set(re.findall(r"\b(?:long long|double|char) (\w+)", program)))
    if not names:
        return None
    name = rng.choice(names)
    uses = list(re.finditer(rf"\b{name}\b", program))[1:]
    if not uses:
        return None
    place = rng.choice(uses)
    other = rng.choice([name + "s", name[:-1] or "v", name.capitalize(), *names])
    return program[: place.start()] + other + program[place.end() :] if other != name else None
