"""A program that fails on data in a way that only running it shows."""

import json
from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    known = words(random, 9)
    *names, missing = known
    prices = {name: random.randrange(1, 99) for name in names}
    orders = [[random.choice(names), random.randrange(1, 9)] for _ in range(24)]
    orders.insert(random.randrange(24), [missing, random.randrange(1, 9)])
    price = random.randrange(1, 99)
    total = sum((prices | {missing: price})[name] * count for name, count in orders)
    program = f"prices = {json.dumps(prices)}\norders = {json.dumps(orders)}\n\n\n"
    program += (
        "def total(orders):\n    return sum(prices[name] * count for name, count in orders)\n\n\n"
    )
    return {
        "prompt": "This program fails:\n\n```python\n" + program + "print(total(orders))\n```\n\n"
        f"Run it to see why. What is missing costs {price}. Mend it, and finish with a dictionary "
        '{"missing": ..., "total": ...}: the name of what was missing, and the total that the '
        "mended program computes.",
        "expected": {"missing": missing, "total": total},
    }
