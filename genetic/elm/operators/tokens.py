"""Random tokens: the operator of genetic programming, on the tokens of Python.

A token gives way to another of its kind: a name to a name of the program, a number to a number, an
operator to an operator. So most of what comes out can be parsed, which favours the operator.
"""

from __future__ import annotations

import io
import keyword
import random
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from genetic.elm.operators.variation import Variation

GROUPS = (
    ("+", "-", "*", "/", "//", "%", "**"),
    ("<", ">", "<=", ">=", "==", "!="),
    ("=", "+=", "-=", "*=", "/="),
    ("and", "or"),
    ("True", "False", "None"),
)
"""What may stand in each other's place."""
NUMBERS = tuple(map(str, range(11)))
SCALED = 0.5
"""Share of numbers that are scaled; the others give way to another number."""
LINE = 0.2
"""Share of changes that repeat or drop a line, where that is allowed."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a program that can be changed.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: What it says.
        others: What may stand in its place; none for numbers that are scaled.
    """

    start: int
    end: int
    text: str
    others: tuple[str, ...]


class Tokens:
    """Changes random tokens.

    Args:
        changes: How many tokens change on average; each is chosen by itself, one at least.
        lines: Share of changes that repeat or drop a whole line instead.
    """

    def __init__(self, changes: float = 1.5, *, lines: float = LINE) -> None:
        self._changes = changes
        self._lines = lines

    def vary(self, program: str, rng: random.Random, key: str) -> Variation:
        """Return the program with other tokens (see `Operator.vary`)."""
        if rng.random() < self._lines:
            return _line_changed(program, rng)
        tokens = [token for token in changeable(program) if token.others]
        if not tokens:
            return Variation(program=None, message="", fault="it has no token to change")
        share = self._changes / len(tokens)
        chosen = [each for each in tokens if rng.random() < share] or [rng.choice(tokens)]
        changed, said = program, []
        for token in reversed(chosen):
            other = _other(token, rng)
            said.append(f"{token.text} to {other}")
            changed = changed[: token.start] + other + changed[token.end :]
        return Variation(program=changed, message=f"Changed {', '.join(reversed(said))}.")


@lru_cache(maxsize=4096)
def changeable(program: str) -> tuple[Token, ...]:
    """Return the tokens of a program, with what may stand in the place of each."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(program).readline))
    except (tokenize.TokenError, SyntaxError):
        return ()
    starts = [0]
    for line in io.StringIO(program).readlines():
        starts.append(starts[-1] + len(line))
    names, numbers = _vocabulary(found)
    return tuple(
        Token(
            starts[each.start[0] - 1] + each.start[1],
            starts[each.end[0] - 1] + each.end[1],
            each.string,
            _others(each, names, numbers),
        )
        for each in found
    )


def _vocabulary(tokens: Sequence[tokenize.TokenInfo]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and the numbers that may come into a program, each once."""
    names = {t.string: None for t in tokens if t.type == tokenize.NAME and not _is_word(t.string)}
    numbers = {t.string: None for t in tokens if t.type == tokenize.NUMBER}
    return tuple(names), tuple(numbers | dict.fromkeys(NUMBERS))


def _is_word(text: str) -> bool:
    return keyword.iskeyword(text)


def _others(
    token: tokenize.TokenInfo, names: tuple[str, ...], numbers: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what may stand in a token's place."""
    group: tuple[str, ...] = next((each for each in GROUPS if token.string in each), ())
    if token.type == tokenize.NUMBER:
        group = numbers
    elif token.type == tokenize.NAME and not _is_word(token.string):
        group = names
    return tuple(each for each in group if each != token.string)


def _other(token: Token, rng: random.Random) -> str:
    """Return what takes a token's place."""
    if not token.text[0].isdigit() or rng.random() >= SCALED:
        return rng.choice(token.others)
    try:
        value = float(token.text) * 2 ** rng.gauss(0, 1)
    except (ValueError, OverflowError):
        return rng.choice(token.others)
    scaled = str(round(value)) if token.text.isdigit() else f"{value:.6g}"
    return scaled if scaled != token.text else rng.choice(token.others)


def _line_changed(program: str, rng: random.Random) -> Variation:
    """Repeat or drop one line, but not the first."""
    lines = io.StringIO(program).readlines()
    if len(lines) < 2:
        return Variation(program=None, message="", fault="it has no line to change")
    at = rng.randrange(1, len(lines))
    if rng.random() < 0.5:
        changed = [*lines[:at], lines[at], *lines[at:]]
        return Variation(program="".join(changed), message=f"Repeated line {at + 1}.")
    return Variation(
        program="".join(lines[:at] + lines[at + 1 :]), message=f"Dropped line {at + 1}."
    )
