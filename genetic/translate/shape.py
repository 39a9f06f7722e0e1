"""What all inputs of a program have in common: further ones that lack it would not be of its kind.

A program that reads ``1 2 3`` by splitting at blanks makes something of two blanks, too, and nobody
has asked what. So lines go on as lines have gone on before: after a number comes what came after
one, a line ends where lines have ended, and the first line, which often counts, is like other first
lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

TOKEN = re.compile(r"[-+]?\d+(?:\.\d+)?|[^\W\d_]+|\s+|.", re.S)
DIGITS, DECIMAL = re.compile(r"[-+]?\d+"), re.compile(r"[-+]?\d+\.\d+")
INTEGER = re.compile(r"[-+]?\d{1,15}")
"""Digits that are reckoned with; more of them are a text of digits."""
ENOUGH = 3
"""Inputs, or lines, that must agree on a number before it counts as fixed."""
EDGE = "edge"
"""What stands before the first token of a line, and after its last."""

Lines = Sequence[str]
Habit = tuple[bool, str, str]
"""Whether it is the first line, a kind of token, and the kind that follows it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What inputs have in common.

    Attributes:
        habits: What follows what in their lines.
        lines: How many lines each has, where that is fixed.
        first: How many words the first line has, where that is fixed.
        others: How many words each other line has, where that is fixed.
        counts_lines: Whether each begins with the number of lines that follow the first.
        counts_tokens: Whether the first line is the number of tokens in the second.
    """

    habits: frozenset[Habit]
    lines: int | None
    first: int | None
    others: int | None
    counts_lines: bool
    counts_tokens: bool

    @classmethod
    def of(cls, inputs: Sequence[Lines]) -> Shape:
        """Infer it from the lines of inputs."""
        counted = [
            (int(first[0]), lines)
            for lines in inputs
            if (first := lines[0].split()) and INTEGER.fullmatch(first[0])
        ]
        every = len(counted) == len(inputs)
        return cls(
            habits=frozenset(habit for lines in inputs for habit in _habits(lines)),
            lines=_fixed([len(lines) for lines in inputs]),
            first=_fixed([len(lines[0].split()) for lines in inputs]),
            others=_fixed([len(line.split()) for lines in inputs for line in lines[1:]]),
            counts_lines=every and all(count == len(rest) - 1 for count, rest in counted),
            counts_tokens=every
            and all(len(rest) > 1 and count == len(rest[1].split()) for count, rest in counted),
        )

    def recounted(self, lines: list[str]) -> list[str]:
        """Return lines whose first one counts what the first lines of others count."""
        if lines and self.counts_lines:
            return [DIGITS.sub(str(len(lines) - 1), lines[0], count=1), *lines[1:]]
        if len(lines) > 1 and self.counts_tokens:
            return [DIGITS.sub(str(len(lines[1].split())), lines[0], count=1), *lines[1:]]
        return lines

    def holds(self, lines: Lines) -> bool:
        """Tell whether lines are of this shape."""
        return (
            self.lines in (None, len(lines))
            and all(self.first in (None, len(line.split())) for line in lines[:1])
            and all(self.others in (None, len(line.split())) for line in lines[1:])
            and self.habits.issuperset(_habits(lines))
        )


def _fixed(numbers: Sequence[int]) -> int | None:
    """Return the number that all are, if they are enough to tell."""
    return numbers[0] if len(numbers) >= ENOUGH and len(set(numbers)) == 1 else None


def _habits(lines: Lines) -> Iterator[Habit]:
    for number, line in enumerate(lines):
        tokens = TOKEN.findall(line)
        kinds = [EDGE, *map(_kind, tokens), EDGE]
        yield from ((number == 0, *pair) for pair in pairwise(kinds))
        # Of its neighbours a number's sign says nothing; that there are such numbers, it does.
        if any(token[0] == "-" and len(token) > 1 for token in tokens):
            yield number == 0, "-", "number"


def _kind(token: str) -> str:
    if DECIMAL.fullmatch(token):
        return "decimal"
    if token[-1].isdigit():
        return "number"
    return "word" if token.isalpha() else token
