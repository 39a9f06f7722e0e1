"""The start of the longest Collatz sequence."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    low = random.randrange(1_000, 20_000)
    high = low + random.randrange(500, 2_000)
    return {
        "prompt": "In a Collatz sequence an even n is followed by n / 2 and an odd n by 3 * n + 1, "
        f"until 1 is reached. Which start n with {low} <= n < {high} takes the most steps to "
        "reach 1 (the smallest one, if there are several)? Finish with the list [start, steps].",
        "expected": longest(low, high),
    }


def longest(low: int, high: int) -> list[int]:
    best = [0, -1]
    for start in range(low, high):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best[1]:
            best = [start, steps]
    return best
