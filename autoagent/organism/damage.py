"""Damage to a definition: one character becomes another."""

from __future__ import annotations


def mutated(text: str, at: int, character: str) -> str:
    """Return a text with another character at a place, counted around its end."""
    place = at % len(text)
    return text[:place] + character + text[place + 1 :]


def ruin(reason: str) -> str:
    """Return the source of a definition that can only say why it does not work."""
    return f"def ruin(*arguments, **named):\n    raise SyntaxError({f'damaged: {reason}'!r})\n"
