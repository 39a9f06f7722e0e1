"""The most valuable load of bounded weight, with a bound on its parts, too."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    items = [(random.randrange(20, 200), random.randrange(10, 300)) for _ in range(24)]
    room, most = random.randrange(600, 1_000), random.randrange(5, 9)
    return {
        "prompt": f"Here are items as (weight, value): {items}. Each can be taken once. What is "
        f"the largest total value of at most {most} items whose weights add up to at most {room}? "
        "Finish with that value.",
        "expected": best(items, room, most),
    }


def best(items: list[tuple[int, int]], room: int, most: int) -> int:
    values = [[0] * (room + 1) for _ in range(most + 1)]
    for weight, value in items:
        for count in range(most, 0, -1):
            for space in range(room, weight - 1, -1):
                with_it = values[count - 1][space - weight] + value
                values[count][space] = max(values[count][space], with_it)
    return values[most][room]
