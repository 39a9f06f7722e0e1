"""Settings come from command lines, journals and agents: their values may be of any kind."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "bool": (bool,),
}
WORDS = {
    "int": "a whole number",
    "int | None": "a whole number or none",
    "float": "a number",
    "float | None": "a number or none",
    "bool": "true or false",
}


def check_kinds(settings: Any) -> None:
    """Check that the numbers and switches of a dataclass are such.

    Raises:
        ValueError: One is of another kind; the message says which.
    """
    for field in fields(settings):
        kind, value = str(field.type), getattr(settings, field.name)
        if kind in KINDS and type(value) not in KINDS[kind]:
            raise ValueError(f"{field.name} must be {WORDS[kind]}, got {str(value)[:40]!r}")
