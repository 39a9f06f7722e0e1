"""The digit sum of a large power."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    base, power = random.randrange(3, 20), random.randrange(300, 900)
    return {
        "prompt": f"What is the sum of the decimal digits of {base} ** {power}? "
        "Finish with that number.",
        "expected": sum(map(int, str(base**power))),
    }
