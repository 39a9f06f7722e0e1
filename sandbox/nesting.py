"""Notice text that is more than a parser can bear, without parsing it.

Parsers recurse. The one inside the guest has a small stack and no guard of its own: it ends the
guest at about 120 brackets in one another, or 400 operators in one chain. What they make of a text
takes time and memory for each of its words. And some look for the line of a field of an f-string
from the string's beginning, each time: a few thousand fields take seconds.
"""

import re
import sys
from typing import Literal

MAX_SOURCE = 262_144
"""Characters of a text."""
MAX_WORDS = 30_000
"""Words and signs of a text: names, numbers, strings, operators, brackets, ends of lines."""
MAX_FIELDS = 500
"""Brackets that open in one f-string."""
MAX_BRACKETS = 40
MAX_CHAIN = 300

Bound = Literal["words", "fields", "nesting"]

# A string may lack its end, or each of its quotes would have the rest of the text read again.
_STRING = r"""(?:\"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3})? | "(?:[^"\\\n]|\\.)*+"?
    | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})? | '(?:[^'\\\n]|\\.)*+'?)"""
_TOKEN = re.compile(
    rf"""(?sx) \#[^\n]* | \\\n | \d[\w.]*(?:(?<=[eE])[-+]\d+)?
    | (?P<formatted>\b[rR]?[fFtT][rR]?{_STRING}) | {_STRING}
    | (?P<open>[(\[{{]) | (?P<close>[)\]}}]) | (?P<comma>,) | (?P<line>\n(?P<top>(?![\s\#]|el))?)
    | (?P<chain>[-+*/%@&|^~.] | \b(?:not|else|await)\b) | (?P<nest>\b(?:lambda|elif)\b) | \w+"""
)
_INSIDE = re.compile(
    r"(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)"
    r"|(?P<chain>[-+*/%@&|^~.]|\b(?:not|else|await|lambda)\b)|\w+|[^\w\s]"
)


def too_deep(source: str) -> int | None:
    """The line where a text nests deeper than a parser can bear; it may have any length."""
    found = too_much(source, words=sys.maxsize, fields=sys.maxsize)
    return found[1] if found else None


def too_much(
    source: str, *, words: int = MAX_WORDS, fields: int = MAX_FIELDS
) -> tuple[Bound, int] | None:
    """What of a text is more than a parser can bear, and in which line, guessed without parsing.

    It adds up what can nest since the last separator: too much for a long sum, never too little.
    """
    nests, chains = 0, [0]
    string = _NOTHING
    for token in _TOKEN.finditer(source):
        words -= 1 + string.words
        string = _NOTHING
        match token.lastgroup:
            case "formatted":
                string = _Inside(token[0])
            case "open":
                chains[-1] += 1
                chains.append(0)
            case "close" if len(chains) > 1:
                chains.pop()
            case "comma":
                chains[-1] = 0
            case "chain":
                chains[-1] += 1
            case "nest":
                nests += 1
            case "line" if len(chains) == 1:
                chains[0] = 0
                if token["top"] is not None:
                    nests = 0
            case _ if words >= 0:
                continue
        brackets, chain = len(chains) - 1 + string.depth, sum(chains) + string.chain + nests
        bound: Bound | None = None
        if words < string.words:
            bound = "words"
        elif string.fields > fields:
            bound = "fields"
        elif brackets > MAX_BRACKETS or chain > MAX_CHAIN:
            bound = "nesting"
        if bound:
            return bound, source.count("\n", 0, token.start()) + 1
    return None


class _Inside:
    """What is in an f-string: any of it may be code.

    Attributes:
        words: How many words and signs.
        fields: How many brackets that open.
        depth: How many brackets in one another.
        chain: How many operators in one expression.
    """

    def __init__(self, text: str) -> None:
        self.words = self.fields = self.depth = self.chain = 0
        depth = chain = 0
        for token in _INSIDE.finditer(text):
            self.words += 1
            match token.lastgroup:
                case "open":
                    self.fields += 1
                    depth += 1
                    self.depth = max(self.depth, depth)
                case "close":
                    depth, chain = max(0, depth - 1), 0
                case "comma":
                    chain = 0
                case "chain" if depth:
                    chain += 1
                    self.chain = max(self.chain, chain)


_NOTHING = _Inside("")
