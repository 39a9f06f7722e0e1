"""A far term of a linear recurrence, modulo a number."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    a, b, c = (random.randrange(2, 50) for _ in range(3))
    n = random.randrange(10**15, 10**16)
    m = random.randrange(10**8, 10**9)
    return {
        "prompt": f"f(0) = 0, f(1) = 1, f(2) = 2, and f(n) = {a} * f(n-1) + {b} * f(n-2) + {c} * "
        f"f(n-3) for n > 2. What is f({n}) modulo {m}? Finish with that number.",
        "expected": term(a, b, c, n, m),
    }


def term(a: int, b: int, c: int, n: int, m: int) -> int:
    power, result = [[a, b, c], [1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    while n:
        if n & 1:
            result = times(result, power, m)
        power, n = times(power, power, m), n >> 1
    return sum(x * y for x, y in zip(result[2], (2, 1, 0), strict=True)) % m


def times(one: list[list[int]], other: list[list[int]], m: int) -> list[list[int]]:
    columns = list(zip(*other, strict=True))
    return [
        [sum(x * y for x, y in zip(row, column, strict=True)) % m for column in columns]
        for row in one
    ]
