"""The names and suffixes of the languages that are translated from and to."""

from __future__ import annotations

from pathlib import Path

NAMES = {"c": "C", "python": "Python", "javascript": "JavaScript"}
"""What people call them."""
SOURCES = {".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".py": "python"}
TARGETS = {".c": "c", ".py": "python"}


def language_of(source: Path) -> str:
    """Return what a source file is written in, by its suffix.

    Raises:
        ValueError: The suffix is not known; the message lists those that are.
    """
    return _by_suffix(SOURCES, source, "translate from")


def target_of(candidate: Path) -> str:
    """Return what a translation is written in, by its suffix.

    Raises:
        ValueError: The suffix is not known; the message lists those that are.
    """
    return _by_suffix(TARGETS, candidate, "translate to")


def _by_suffix(suffixes: dict[str, str], path: Path, what: str) -> str:
    if path.suffix not in suffixes:
        known = ", ".join(f"{suffix} ({NAMES[name]})" for suffix, name in suffixes.items())
        raise ValueError(f"{path.name} is in no language known here to {what}; known are: {known}")
    return suffixes[path.suffix]
