"""Text of strangers as HTML: nothing in it is markup, and nothing in it is invisible."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain, cycle

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound

from autoagent.events import moment
from autoagent.printable import printable

LONGEST = 20_000
"""Characters of one text on a page; the rest is sent when it is asked for."""
LONGEST_LINE = 2_000
EMPTINESS = re.compile(r"(\s{100,})")
"""White space that lexers would read again and again."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_CLASSES: list[tuple[_TokenType, str]] = [
    (Comment, "c"),
    (Keyword, "k"),
    (String, "s"),
    (Number, "n"),
    (Name.Function, "f"),
    (Name.Class, "f"),
]


def shown(value: object) -> object:
    """Return what a page shows for a value: of text, what a browser would obey or hide, spelt out.

    Texts that are known to be markup are left as they are. This is what every expression of a
    template passes through, before it is escaped.
    """
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def visible(text: str) -> str:
    """Return text with what turns it around, hides in it or is none, as visible escapes."""
    spelt = printable(text)
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), spelt)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return the beginning of a text, with as many lines as it has there, none of them endless."""
    lines = text[:longest].split("\n")
    short = [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " […]" for line in lines]
    return "\n".join(short) + ("\n[…]" if len(text) > longest else "")


def code(text: str, language: str = "python", longest: int = LONGEST) -> Markup:
    """Return a program with its words coloured."""
    shown_text = visible(cut(text, longest))
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(shown_text)
    shown_parts = (
        [escape(part)] if blank else [_token(kind, value) for kind, value in lex(part, lexer)]
        for part, blank in zip(EMPTINESS.split(shown_text), cycle((False, True)))
    )
    return Markup("").join(chain.from_iterable(shown_parts))


def diff(text: str, longest: int = LONGEST) -> Markup:
    """Return a unified diff with what is new and what is gone marked."""
    return Markup("\n").join(_line(line) for line in visible(cut(text, longest)).split("\n"))


def date(at: object) -> str:
    """Return a time for people, to the minute."""
    if not moment(at):
        return ""
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]


def amount(value: object) -> str:
    """Return a number for people."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def first_line(text: str, longest: int = 160) -> str:
    """Return the first line of a text that says something."""
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line[:longest]


def _token(kind: _TokenType, value: str) -> Markup:
    name = next((name for token, name in _CLASSES if kind in token), None)
    return escape(value) if name is None else Markup('<b class="{}">{}</b>').format(name, value)


def _line(line: str) -> Markup:
    tag = {"+": "ins", "-": "del"}.get(line[:1])
    if tag is not None:
        return Markup("<{0}>{1}</{0}>").format(Markup(tag), line)
    return Markup("<i>{}</i>").format(line) if line.startswith("@@") else escape(line)
