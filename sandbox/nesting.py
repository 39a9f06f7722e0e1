"""Notice text that nests deeper than a parser can bear, without parsing it.

Parsers recurse. The one inside the guest has a small stack and no guard of its own: it ends the
guest at about 120 brackets in one another, or 400 operators in one chain.
"""

import re

MAX_BRACKETS = 40
MAX_CHAIN = 300

# A string may lack its end, or each of its quotes would have the rest of the text read again.
_STRING = r"""(?:\"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3})? | "(?:[^"\\\n]|\\.)*+"?
    | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})? | '(?:[^'\\\n]|\\.)*+'?)"""
_TOKEN = re.compile(
    rf"""(?sx) \#[^\n]* | \\\n | \d[\w.]*(?:(?<=[eE])[-+]\d+)?
    | (?P<formatted>\b[rR]?[fFtT][rR]?{_STRING}) | {_STRING}
    | (?P<open>[(\[{{]) | (?P<close>[)\]}}]) | (?P<comma>,) | (?P<line>\n(?P<top>(?![\s\#]|el))?)
    | (?P<chain>[-+*/%@&|^~.] | \b(?:not|else|await)\b) | (?P<nest>\b(?:lambda|elif)\b) | \w+"""
)
_BRACKET = re.compile(r"(?P<open>[(\[{])|[)\]}]")


def too_deep(source: str) -> int | None:
    """The line where the text nests deeper than a parser can bear, guessed without parsing.

    It adds up what can nest since the last separator: too much for a long sum, never too little.
    """
    nests, chains = 0, [0]
    inside = 0
    for token in _TOKEN.finditer(source):
        match token.lastgroup:
            case "formatted":
                inside = _depth(token[0])
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
            case _:
                continue
        if len(chains) + inside > MAX_BRACKETS + 1 or sum(chains) + nests > MAX_CHAIN:
            return source.count("\n", 0, token.start()) + 1
        inside = 0
    return None


def _depth(formatted: str) -> int:
    """How deep the brackets in a string go, whose parts are code."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(formatted):
        depth = max(0, depth + (1 if bracket.lastgroup else -1))
        deepest = max(deepest, depth)
    return deepest
