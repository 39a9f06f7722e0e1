"""A function that merges intervals that are close."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    gap = random.randrange(2, 9)
    drawn = [[[9 + gap, 20], [0, 9], [21 + gap, 30], [2, 3]]]
    for count in (0, 1, 6, 12, 20):
        starts = [random.randrange(-60, 60) for _ in range(count)]
        drawn.append([[start, start + random.randrange(0, 9)] for start in starts])
    return {
        "prompt": "Write a Python module with a function merge(intervals). It is given a list of "
        "lists [start, end] of whole numbers with start <= end, in any order, and returns the "
        "sorted list of merged intervals, as lists: two intervals become one where they overlap, "
        f"and also where the second starts at most {gap} after the end of the first. Test it, "
        "then finish with the source text of the module, as one str.",
        "function": "merge",
        "cases": [[[each], merged(each, gap)] for each in drawn],
    }


def merged(intervals: list[list[int]], gap: int) -> list[list[int]]:
    found: list[list[int]] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1] + gap:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return found
