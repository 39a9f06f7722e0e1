"""Python 3."""

from __future__ import annotations

import io
import keyword
import tokenize

from genetic.elm.languages.language import NAME, NUMBER, Language, Lexeme

GROUPS = (
    ("+", "-", "*", "/", "//", "%", "**"),
    ("<", ">", "<=", ">=", "==", "!="),
    ("=", "+=", "-=", "*=", "/="),
    ("and", "or"),
    ("True", "False", "None"),
)


def lexed(program: str) -> list[Lexeme]:
    """Return the tokens of a program; none where it cannot be split into any."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(program).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    starts = [0]
    for line in io.StringIO(program).readlines():
        starts.append(starts[-1] + len(line))
    return [
        Lexeme(
            starts[each.start[0] - 1] + each.start[1],
            starts[each.end[0] - 1] + each.end[1],
            each.string,
            _kind(each),
        )
        for each in found
    ]


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NUMBER:
        return NUMBER
    is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
    return NAME if is_name else ""


PYTHON = Language(title="Python 3", fence="python", suffix=".py", groups=GROUPS, lexed=lexed)
