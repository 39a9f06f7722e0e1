"""What a perfect solver answers, who reads what everybody reads."""

from __future__ import annotations

import re

from env.microtasks.families import FAMILIES, Family

DRAWN = {"k": r"\d+", "m": r"\d+", "i": r"\d+", "c": "[a-z]", "f": r"\w+"}
"""What may stand in place of braces, as regular expressions."""
REPAIR = """
exec(self.source('{name}').replace('def {name}(', 'def old_{name}(', 1))
def {name}({parameters}):
    return {expression}
"""
WRITE = """
def {name}({parameters}):
    return {expression}
"""


def solution(query: str) -> str | None:
    """Return code that solves the last micro-task that a query tells of; None where it tells none.

    Its reading of the query is exact, and so is all it writes: a bound, not a competitor.
    """
    found = [
        (told.start(), family, told)
        for family, pattern in PATTERNS
        for told in pattern.finditer(query)
    ]
    if not found:
        return None
    _, family, told = max(found, key=lambda each: each[0])
    name = family.name.format(**told.groupdict())
    expression = family.expression.format(**told.groupdict())
    template = REPAIR if family.is_repair else WRITE
    return template.format(
        name=name,
        parameters=family.parameters,
        expression=expression.replace("before(", f"old_{name}("),
    )


def _pattern(family: Family) -> re.Pattern[str]:
    """Return what finds the demands of a family, whatever is drawn for them."""
    parts, known = [], set[str]()
    for part in re.split(r"(\{\w\})", family.demand):
        drawn = part[1:-1] if part.startswith("{") else ""
        if not drawn:
            parts.append(re.escape(part))
        elif drawn in known:
            parts.append(f"(?P={drawn})")
        else:
            known.add(drawn)
            parts.append(f"(?P<{drawn}>{DRAWN[drawn]})")
    return re.compile("".join(parts))


PATTERNS = [(family, _pattern(family)) for family in FAMILIES]
