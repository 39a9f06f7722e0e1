"""The shortest round trip through some towns."""

from itertools import pairwise, permutations
from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    names = words(random, 8)
    roads = {
        (one, other): random.randrange(10, 100) for one in names for other in names if one < other
    }
    roads |= {(other, one): length for (one, other), length in roads.items()}
    first, *others = names
    lengths = (
        sum(roads[pair] for pair in pairwise((first, *way, first))) for way in permutations(others)
    )
    told = ", ".join(f"{a}-{b} {length}" for (a, b), length in roads.items() if a < b)
    return {
        "prompt": f"These are the lengths of the roads between towns: {told}. How long is the "
        f"shortest round trip from {first} that visits each town exactly once and returns? Finish "
        "with its length.",
        "expected": min(lengths),
    }
