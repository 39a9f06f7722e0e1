"""A language of one's own, in which one answers."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    word = words(random, 1)[0].upper()
    numbers = random.sample(range(100, 999), 3)
    told = ", ".join(map(str, numbers))
    return {
        "prompt": f"Teach yourself a language: change your method execute_code so that an answer "
        f"which holds a line '{word} N' with a whole number N, and no Python code, adds N to "
        "self.total, and every other answer is executed as before. Then give one answer in that "
        f"language for each of the numbers {told}, and then finish with self.total. (The line may "
        "stand in a ```python block of its own.)",
        "word": word,
        "numbers": numbers,
        "expected": sum(numbers),
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    if not same(left["result"], posed["expected"]):
        return f"the result is {shown(left['result'])}, and not {posed['expected']}"
    said = [
        answer.replace("```python", "").replace("```", "").strip() for answer in left["answers"]
    ]
    missing = [n for n in posed["numbers"] if f"{posed['word']} {n}" not in said]
    return f"no answer was {posed['word']} {missing[0]}" if missing else None
