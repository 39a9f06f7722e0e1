"""What a language is: its names, its tokens, and what may take the place of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

NAME, NUMBER, FIXED = "name", "number", "fixed"
"""Kinds of tokens: names, numbers, and what nothing takes the place of."""
NUMBERS = tuple(map(str, range(11)))
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token as it stands in a program.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: What it says.
        kind: Any other of the program that is of the same kind may take its place; where it is
            empty, others of its group may.
    """

    start: int
    end: int
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a program that can be changed.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: What it says.
        others: What may stand in its place.
    """

    start: int
    end: int
    text: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that programs are written in.

    Attributes:
        title: Its name, for a model to read.
        fence: The word behind the fence of a block of code in it.
        suffix: Of files with programs.
        groups: Words and signs that may stand in each other's place.
        lexed: Returns what a program consists of; nothing if it cannot be told.
    """

    title: str
    fence: str
    suffix: str
    groups: Groups
    lexed: Callable[[str], Sequence[Lexeme]]

    def changeable(self, program: str) -> tuple[Token, ...]:
        """Return the tokens of a program, with what may stand in the place of each."""
        return _changeable(self, program)


@lru_cache(maxsize=4096)
def _changeable(language: Language, program: str) -> tuple[Token, ...]:
    found = language.lexed(program)
    known = _vocabulary(found)
    return tuple(
        Token(each.start, each.end, each.text, _others(each, known, language.groups))
        for each in found
    )


def _vocabulary(found: Sequence[Lexeme]) -> dict[str, tuple[str, ...]]:
    """Return what may come into a program, by its kind, each once."""
    known: dict[str, dict[str, None]] = {}
    for each in found:
        known.setdefault(each.kind, {})[each.text] = None
    known[NUMBER] = known.get(NUMBER, {}) | dict.fromkeys(NUMBERS)
    return {kind: tuple(texts) for kind, texts in known.items()}


def _others(each: Lexeme, known: dict[str, tuple[str, ...]], groups: Groups) -> tuple[str, ...]:
    """Return what may stand in a token's place."""
    if each.kind == FIXED:
        return ()
    group = known[each.kind] if each.kind else next((g for g in groups if each.text in g), ())
    return tuple(text for text in group if text != each.text)
