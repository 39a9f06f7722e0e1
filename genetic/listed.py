"""Numbers in a list, as a text that a model writes."""

from __future__ import annotations

import json

LIST = r"""
root ::= "```json\n[" number (", " number){others} "]\n```"
number ::= "-"? ("0" | [1-9] [0-9]{0,9}) ("." [0-9]{1,9})? ("e" "-"? [0-9]{1,2})?
"""
SENTENCE = r'([^`\n]{1,300} "\n")? '
MOST_HELD = 100
"""Numbers in a list that a grammar is made for."""


def grammar(size: int, *, sentence: bool = False) -> str | None:
    """Return what holds an answer to a list of so many numbers, in a block.

    In GBNF, for backends that know grammars: small models write no list otherwise.

    Args:
        size: How many; none, and more than 100, are held to nothing.
        sentence: Whether there may be a sentence before the block.
    """
    if not 1 <= size <= MOST_HELD:
        return None
    held = LIST.replace("others", str(size - 1))
    return held.replace("root ::= ", f"root ::= {SENTENCE}") if sentence else held


def length(text: str) -> int:
    """Return how many numbers a text lists; 0 where it is anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return 0
    is_list = isinstance(found, list) and all(type(each) in (int, float) for each in found)
    return len(found) if is_list else 0
