"""Compose programs: how they read, what they make of it, what they print."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass

from genetic.translate.forge.ir import (
    Call,
    Program,
)
from genetic.translate.forge.line_by_line import LineByLine
from genetic.translate.forge.lists import Lists
from genetic.translate.forge.scalars import Scalars
from genetic.translate.forge.tables import Tables
from genetic.translate.forge.texts import Texts

PLANS = {
    1: (
        ("list", 6),
        ("scalar", 5),
        ("text", 5),
        ("file", 2),
        ("words", 3),
        ("lines", 4),
        ("pairs", 2.5),
        ("decimal", 1.5),
        ("two_lists", 2),
        ("grid", 1),
        ("stack", 0.7),
        ("commands", 0.6),
    ),
    2: (
        ("list", 4),
        ("words", 4),
        ("rows", 4),
        ("grid", 2),
        ("pairs", 3),
        ("text", 3),
        ("commands", 2),
        ("chars", 2),
        ("mixed", 4),
        ("scalar", 2),
        ("lines", 1.5),
        ("two_lists", 2),
    ),
}
"""Kinds of programs by level, and how often each is made."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A program, and inputs for it."""

    program: Program
    inputs: tuple[bytes, ...]
    level: int


class Composer(Lists, Tables, Texts, LineByLine, Scalars):
    """Composes one program.

    Args:
        rng: All follows from it.
        level: 1 or 2.
    """

    def composed(self, inputs: int) -> Composed:
        """Return a program by chance, with so many inputs."""
        plans = PLANS[self.level]
        plan = self.rng.choices([each for each, _ in plans], [weight for _, weight in plans])[0]
        body = tuple(getattr(self, f"plan_{plan}")())
        made: list[bytes] = []
        for _ in range(inputs * 4):
            text = "\n".join(part(self.rng) for part in self._segments)
            data = (text + ("\n" if self.rng.random() < 0.8 else "")).encode()
            if data not in made:
                made.append(data)
            if len(made) == inputs:
                break
        called = calls((tuple(self._functions), body))
        functions = tuple(each for each in self._functions if each.name in called)
        return Composed(Program(functions, body), tuple(made), self.level)


def calls(node: object) -> set[str]:
    """Return the names of the functions that are called in a part of a program."""
    if isinstance(node, tuple):
        return set().union(*map(calls, node))
    if not is_dataclass(node):
        return set()
    found = calls(tuple(getattr(node, each.name) for each in fields(node)))
    return found | {node.name} if isinstance(node, Call) else found
