"""C: names that are called are told from others, and directives are left as they are."""

from __future__ import annotations

import re

from genetic.elm.languages.language import FIXED, NAME, NUMBER, Language, Lexeme

GROUPS = (
    ("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"),
    ("<", ">", "<=", ">=", "==", "!="),
    ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="),
    ("&&", "||"),
    ("++", "--"),
    ("break", "continue"),
    ("char", "short", "int", "long", "unsigned", "float", "double"),
)
KEYWORDS = frozenset(
    """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while bool true false NULL
    """.split()  # noqa: SIM905
)
CALLED, CHARACTER = "called", "character"
LEXEME = re.compile(
    r"""
    (?P<skipped> \s+ | //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<directive> ^[ \t]*\#(?:\\\n|[^\n])* )
    | (?P<character> '(?:\\.|[^'\\\n])++'? )
    | (?P<text> "(?:\\.|[^"\\\n])*+"? )
    | (?P<number> \.?\d(?:[eEpP][+-]|[\w.])* )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<sign> \.\.\. | <<= | >>= | -> | \+\+ | -- | && | \|\| | << | >> | [-+*/%&|^<>=!]= | . )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
PREFIXES = ("+", "-", "*", "&")
PIECE = re.compile(r"\w+|[^\w\s]")
OPENS = re.compile(r"\s*\(")


def lexed(program: str) -> list[Lexeme]:
    """Return the tokens of a program, without comments.

    Nothing takes the place of tokens of directives, and of signs that stand before one operand.
    What is quoted and never closed ends with its line, so that nothing is read twice.
    """
    found: list[Lexeme] = []
    for match in LEXEME.finditer(program):
        if match.lastgroup == "directive":
            pieces = PIECE.finditer(program, *match.span())
            found += [Lexeme(*piece.span(), piece.group(), FIXED) for piece in pieces]
        elif match.lastgroup != "skipped":
            is_prefix = match.group() in PREFIXES and not (found and _ends_operand(found[-1]))
            kind = FIXED if is_prefix else _kind(match)
            found.append(Lexeme(*match.span(), match.group(), kind))
    return found


def _ends_operand(each: Lexeme) -> bool:
    return each.kind in (NAME, NUMBER, CHARACTER) or each.text in (")", "]")


def _kind(match: re.Match[str]) -> str:
    """Return what kind of token was found: one of a group has none."""
    if match.lastgroup == "word" and match.group() not in KEYWORDS:
        return CALLED if OPENS.match(match.string, match.end()) else NAME
    return {"number": NUMBER, "character": CHARACTER, "text": FIXED}.get(match.lastgroup or "", "")


C = Language(title="C", fence="c", suffix=".c", groups=GROUPS, lexed=lexed)
