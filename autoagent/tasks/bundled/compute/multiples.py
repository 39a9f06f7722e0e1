"""Numbers that are multiples of one of two others, and not of both."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    a, b = random.sample(range(3, 30), 2)
    limit = random.randrange(5_000, 50_000)
    return {
        "prompt": f"How many whole numbers n with 1 <= n < {limit} are multiples of {a} or of {b}, "
        "but not of both? Finish with that number.",
        "expected": sum((n % a == 0) != (n % b == 0) for n in range(1, limit)),
    }
