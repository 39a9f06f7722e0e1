"""How numbers and ends are put into words, the same everywhere."""

from __future__ import annotations


def counted(count: float, things: str) -> str:
    """Return a count of things that are named by a plural in -s: `1 step`, `1,024 tokens`."""
    number = f"{count:,.0f}" if count == int(count) else f"{count:,.4g}"
    return f"{number} {things.removesuffix('s') if count == 1 else things}"


def ended(cause: str, detail: str) -> str:
    """Return why something ended: a detail that says the same as the cause is left out."""
    return cause if detail in ("", cause) else f"{cause}: {detail}"
