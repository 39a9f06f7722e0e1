"""What a life may end with: JSON of bounded depth and size, checked alike inside and outside."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 24
LARGEST_BITS = 13_000
"""Of an integer; readers of JSON take no longer ones."""
LONGEST = 256 * 1024
"""Characters of a result as JSON."""


def written(result: object) -> str:
    """Return a result as JSON.

    Raises:
        ValueError: It cannot be one; the message says why.
    """
    problem = _problem(result, DEEPEST)
    if problem is not None:
        raise ValueError(f"a result is JSON, and this has {problem}")
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    if len(text) > LONGEST:
        raise ValueError(
            f"a result may have {LONGEST:,} characters as JSON, and this has {len(text):,}; "
            "give a shorter one, or put the rest into a file"
        )
    return text


def _problem(value: Any, depth: int, room: list[int] | None = None) -> str | None:
    """Say what in a value is not for JSON to say, or None; exact types alone run no code."""
    room = room if room is not None else [LONGEST]
    room[0] -= 1
    if room[0] < 0:
        return f"more than {LONGEST:,} parts"
    kind = type(value)
    if value is None or kind is bool:
        return None
    if kind is str:
        return None if _encodable(value) else "text that is not Unicode (a lone surrogate)"
    if kind is int:
        return None if value.bit_length() <= LARGEST_BITS else "a number of thousands of digits"
    if kind is float:
        finite = value == value and abs(value) != float("inf")
        return None if finite else f"the number {value}, which JSON does not know"
    if kind not in (list, tuple, dict):
        return f"a {kind.__name__}; use None, bool, int, float, str, list, dict"
    if depth == 0:
        return f"more than {DEEPEST} levels"
    if kind is dict and any(type(key) is not str for key in value):
        return "a key that is no text"
    inner = [*value, *value.values()] if kind is dict else value
    for each in inner:
        if (problem := _problem(each, depth - 1, room)) is not None:
            return problem
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
