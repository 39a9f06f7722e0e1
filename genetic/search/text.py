"""What every search does with texts: tells which are the same, and cuts what is too long."""

from __future__ import annotations

MARKER = "\n[... shortened ...]\n"


def gist(program: str) -> str:
    """Return a program's text up to white space."""
    return " ".join(program.split())


def cut(text: str, limit: int) -> str:
    """Cut the middle out of a text that has more than `limit` characters."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return text[: limit - tail] + MARKER + text[len(text) - tail :]
