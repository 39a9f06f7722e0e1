"""Text of strangers, made fit for a terminal."""

from __future__ import annotations

import re

_COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # these turn the direction of text around
    "\ud800-\udfff]"  # half characters, which no terminal can be sent
)


def printable(text: str) -> str:
    r"""Return text with whatever a terminal would obey, not show, as visible escapes (``\x1b``)."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
