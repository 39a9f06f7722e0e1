"""Paths through a grid with holes."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    size = random.randrange(9, 14)
    cells = [(r, c) for r in range(size) for c in range(size) if 1 < r + c < 2 * size - 3]
    blocked = sorted(random.sample(cells, size))
    ways = [[0] * size for _ in range(size)]
    for r in range(size):
        for c in range(size):
            above, before = ways[r - 1][c] if r else 0, ways[r][c - 1] if c else 0
            ways[r][c] = 0 if (r, c) in blocked else 1 if r == c == 0 else above + before
    return {
        "prompt": f"A grid has {size} rows and {size} columns, numbered from 0. These cells "
        f"(row, column) are blocked: {blocked}. How many paths lead from (0, 0) to "
        f"({size - 1}, {size - 1}), if each move goes one cell down or one cell to the right and "
        "never to a blocked cell? Finish with that number.",
        "expected": ways[-1][-1],
    }
