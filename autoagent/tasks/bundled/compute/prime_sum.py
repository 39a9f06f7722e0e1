"""The sum of the primes in a range."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    low = random.randrange(1_000, 2_000)
    high = low + random.randrange(2_000, 6_000)
    primes = (n for n in range(low, high) if all(n % d for d in range(2, int(n**0.5) + 1)))
    return {
        "prompt": f"Add up all prime numbers p with {low} <= p < {high}. Finish with the sum.",
        "expected": sum(primes),
    }
