"""Code golf: a program is made shorter while it passes its tests, which run it behind a wall.

As a text it can be anything. For those who look among numbers it has switches: each name may
become one letter, each line may go, and so may spaces. A switch is on where its number is above 0.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Sequence

from sandbox.limits import Limits
from sandbox.programs import CompileError, open_source

START = """\
import sys

# the sum of the squares of some numbers
numbers = []
for word in input().split():
    number = int(word)
    square = number * number
    numbers.append(square)
total = 0
for number in numbers:
    total = total + number
if total == None:
    total = 0
print(total)
"""
TESTS = {"1 2 3": "14", "-4 0 12 7": "209"}
TASK = "A Python program reads a line of integers and prints the sum of their squares."
QUESTION = "What is a shorter program that prints the same? Write all of it."
WORD = re.compile(r"(?<![.\w])[a-z_]{2,}\b")
SYMBOL = re.compile(r"(?<=\S) *(==|[=+*#]) *(?=\S)")
INDENT, WRONG = "    ", 2
"""A program that is wrong counts as so many times the length of the one to begin with."""


class Golf:
    """Judges programs, each text once."""

    def __init__(self) -> None:
        self._python = open_source("python")
        self._known: dict[str, str] = {}

    def worth(self, x: Sequence[float]) -> float:
        """Return how long the program is that these switches make; see `WRONG`."""
        text = switched(x)
        return WRONG * len(START) if self._fault(text) else len(text)

    @property
    def x0(self) -> list[float]:
        """All switches off."""
        return [-1.0] * SWITCHES

    def read(self, text: str) -> float:
        """Return how long a program is.

        Raises:
            ValueError: It is wrong.
        """
        if fault := self._fault(text):
            raise ValueError(fault)
        return len(text)

    def close(self) -> None:
        """Give back the wall."""
        self._python.close()

    def _fault(self, text: str) -> str:
        if text not in self._known:
            self._known[text] = self._tested(text)
        return self._known[text]

    def _tested(self, text: str) -> str:
        """Return what is wrong with a program; nothing where it passes all tests."""
        program = self._python.compile(text)
        if isinstance(program, CompileError):
            return f"it does not compile: {program.text[-300:]}"
        given = [each.encode() + b"\n" for each in TESTS]
        for run, said, wanted in zip(
            program.run(given, Limits(wall_seconds=5)), TESTS, TESTS.values(), strict=True
        ):
            if run.stdout.decode(errors="replace").strip() != wanted:
                why = run.stderr.decode(errors="replace")[-200:] or run.stdout[:100]
                return f"of {said!r} it makes something else than {wanted}: {why!r}"
        return ""


def names(text: str) -> list[str]:
    """Return the names in a program that are longer than a letter, each once."""
    words = dict.fromkeys(WORD.findall(re.sub("#.*", "", text)))
    return [each for each in words if not keyword.iskeyword(each) and not hasattr(builtins, each)]


def renamed(text: str, name: str) -> str:
    """Return a program in which a name is the first letter that it does not use alone."""
    free = next(
        each for each in "abcdefghijklmnopqrstuvwxyz" if not re.search(rf"\b{each}\b", text)
    )
    return re.sub(rf"\b{name}\b", free, text)


def without(text: str, lines: Sequence[int]) -> str:
    """Return a program without some of its lines."""
    kept = (line for number, line in enumerate(text.splitlines(True)) if number not in lines)
    return "".join(kept)


def tight(text: str) -> str:
    """Return a program without spaces around symbols."""
    return SYMBOL.sub(r"\1", text)


def flat(text: str) -> str:
    """Return a program that is indented by one space."""
    return text.replace(INDENT, " ")


NAMES, LINES = names(START), len(START.splitlines())
SWITCHES = len(NAMES) + LINES + 2


def switched(x: Sequence[float]) -> str:
    """Return the program that so many switches make of the one to begin with."""
    on = [each > 0 for each in x]
    text = without(START, [number for number in range(LINES) if on[number]])
    for name, is_short in zip(NAMES, on[LINES:], strict=False):
        text = renamed(text, name) if is_short else text
    for change, is_on in zip((tight, flat), on[-2:], strict=True):
        text = change(text) if is_on else text
    return text


def moves(text: str) -> list[str]:
    """Return what a program may become in one step."""
    lines = range(len(text.splitlines()))
    shorter = [without(text, [number]) for number in lines]
    return [*shorter, *(renamed(text, each) for each in names(text)), tight(text), flat(text)]
