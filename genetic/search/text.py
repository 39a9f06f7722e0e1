"""What every search does with texts: tells which are the same, and cuts what is too long."""

from __future__ import annotations

MARKER = "\n[... shortened ...]\n"


def gist(program: str) -> str:
    """Return a program's text up to white space: of a language in which that says nothing."""
    return " ".join(program.split())


def plain(text: str) -> str:
    """Return a text with plain ends of lines."""
    return text.replace("\r\n", "\n")


def has_other_ends(text: str) -> bool:
    """Tell whether all lines of a text end as Windows has it."""
    return 0 < text.count("\n") == text.count("\r\n")


def trimmed(text: str) -> str:
    """Return a text without what no line shows: how lines end, and white space before that."""
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")


def cut(text: str, limit: int) -> str:
    """Cut the middle out of a text that has more than `limit` characters."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return text[: limit - tail] + MARKER + text[len(text) - tail :]


def check_whole(text: str, of: str) -> None:
    """Refuse a text in which a model left out what it was not shown.

    Args:
        text: What a model wrote.
        of: What it was to make better.

    Raises:
        ValueError: It holds the words that stand where something was cut out.
    """
    if MARKER.strip() in text and MARKER.strip() not in of:
        raise ValueError(
            f"it holds {MARKER.strip()!r}, which is no part of a text; write all of it"
        )
