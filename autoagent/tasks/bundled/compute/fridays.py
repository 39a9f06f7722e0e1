"""Days of the month that fall on a weekday."""

from random import Random
from typing import Any

LEVEL = "medium"
DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
SHIFTS = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]


def pose(random: Random) -> dict[str, Any]:
    first = random.randrange(1850, 1950)
    last = first + random.randrange(60, 140)
    day, name = random.randrange(1, 29), random.choice(DAYS)
    found = (weekday(y, m, day) == name for y in range(first, last + 1) for m in range(1, 13))
    return {
        "prompt": f"How often was, or will be, day {day} of a month a {name}, from January {first} "
        f"to December {last}, both included (Gregorian calendar)? Finish with that number.",
        "expected": sum(found),
    }


def weekday(year: int, month: int, day: int) -> str:
    """By Sakamoto's method (1992)."""
    year -= month < 3
    number = (year + year // 4 - year // 100 + year // 400 + SHIFTS[month - 1] + day) % 7
    return DAYS[number]
