"""What is new in a text, told in time that whoever wrote it does not choose."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

EFFORT = 10_000_000
"""Pairs of lines that are compared at most, about a second's worth."""


def difference(before: str, after: str, effort: int = EFFORT) -> str:
    """Return the unified diff of two texts, without a heading.

    Where that would take more effort, all lines of the one are gone, and all of the other are new.
    """
    old, new = before.splitlines(), after.splitlines()
    if _effort(_unlike(old, new), new) > effort:
        heading = f"@@ -1,{len(old)} +1,{len(new)} @@"
        return "\n".join([heading, *(f"-{line}" for line in old), *(f"+{line}" for line in new)])
    return "\n".join(list(difflib.unified_diff(old, new, lineterm=""))[2:])


def _unlike(old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """Return old lines without those at the beginning and at the end that are the same."""
    least = min(len(old), len(new))
    start = next((n for n in range(least) if old[n] != new[n]), least)
    rest = least - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return old[start : len(old) - end]


def _effort(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many pairs difflib looks at in the worst case: all again for each match.

    It passes over lines that are many in a long text, which is all of the new one.

    Args:
        old: Old lines that may have changed.
        new: All new lines.
    """
    others = Counter(new)
    many = len(new) // 100 + 1 if len(new) >= 200 else len(new)
    pairs = sum(others[line] for line in old if others[line] <= many)
    return min(len(old), len(new)) * (len(old) + pairs)
