"""How results look in a notebook's cell: HTML without scripts, in which every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from autoagent.printable import printable

LONGEST = 20_000
"""Characters of a text that are shown."""


def cell(title: str, rows: Mapping[str, object], *, code: str = "") -> str:
    """Return a heading, code below it, and a table; what is empty is left out.

    Args:
        title: The heading.
        rows: Names, and what stands beside them: lines of text, or a value as it is printed.
        code: A program.
    """
    table = "".join(
        f"<tr><th style='text-align:left;vertical-align:top'>{_shown(name)}</th>"
        f"<td style='text-align:left'>{_preformatted(str(value))}</td></tr>"
        for name, value in rows.items()
        if value not in ("", None, (), [], {})
    )
    body = _preformatted(code) if code.strip() else ""
    return f"<div><b>{_shown(title)}</b>{body}<table>{table}</table></div>"


def folded(title: str, texts: Mapping[str, str]) -> str:
    """Return a heading, and texts that open when their names are clicked at."""
    parts = "".join(
        f"<details><summary><code>{_shown(name)}</code></summary>{_preformatted(text)}</details>"
        for name, text in texts.items()
    )
    return f"<div><b>{_shown(title)}</b>{parts}</div>"


def _preformatted(text: str) -> str:
    return f"<pre style='text-align:left;margin:0.3em 0'>{_shown(text)}</pre>"


def _shown(text: str) -> str:
    """Return the beginning of a stranger's text, fit for a page."""
    short = text if len(text) <= LONGEST else text[:LONGEST] + " […]"
    return escape(printable(short))
