"""The structure of programs as texts: what makes two of them the same but for names and values."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from genetic.translate.tasks import load_tasks

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"""|\d[\w.]*|[A-Za-z_$][\w$]*|===|!==|=>|\+\+|--|&&|\|\||[-+*/%<>=!]=|\S""",
    re.DOTALL,
)
KEPT = frozenset(
    [
        "for",
        "while",
        "if",
        "else",
        "return",
        "function",
        "const",
        "let",
        "var",
        "of",
        "in",
        "break",
        "continue",
        "new",
        "require",
    ]
)
WINDOW = 6
MOST_ALIKE = 0.4
"""Of the windows of tokens of two programs, those that are in both; above it they are one."""
HELD_OUT = 8
"""One structure in so many is for tests."""


def tokens(source: str) -> list[str]:
    """Return the tokens of a program, with names, numbers and texts each as one kind."""
    found = []
    for token in TOKEN.findall(source):
        if token.startswith(("//", "/*")) or token == ";":
            continue
        if token[0] in "\"'`":
            found.append("text")
        elif token[0].isdigit():
            found.append("number")
        elif token[0].isalpha() or token[0] in "_$":
            found.append(
                {"var": "let", "const": "let"}.get(token, token) if token in KEPT else "name"
            )
        else:
            found.append(token)
    return found


def windows(source: str) -> frozenset[tuple[str, ...]]:
    """Return all runs of `WINDOW` tokens of a program."""
    found = tokens(source)
    return frozenset(
        tuple(found[at : at + WINDOW]) for at in range(max(1, len(found) - WINDOW + 1))
    )


def alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return which share of the windows of two programs both have."""
    return len(one & other) / len(one | other)


def is_bundled(source: str) -> bool:
    """Tell whether a program has the structure of a bundled task."""
    own = windows(source)
    return any(alike(own, each) > MOST_ALIKE for each in _bundled())


@cache
def _bundled() -> tuple[frozenset[tuple[str, ...]], ...]:
    return tuple(windows(task.source) for task in load_tasks())


def is_held_out(shape: str) -> bool:
    """Tell whether a structure is for tests; the same for every seed."""
    return hashlib.sha256(shape.encode()).digest()[0] % HELD_OUT == 0
