"""Numbers of a list that add up to a target; any such choice will do."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    numbers = random.sample(range(1_000, 9_999), 16)
    chosen = random.sample(numbers, 6)
    return {
        "prompt": f"Choose numbers from the list {numbers}, none of them twice, that add up to "
        f"exactly {sum(chosen)}. Finish with the list of the chosen numbers.",
        "numbers": numbers,
        "target": sum(chosen),
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    found = left["result"]
    if not isinstance(found, list) or not all(type(each) is int for each in found):
        return "the result is no list of whole numbers"
    if len(set(found)) < len(found) or not set(found) <= set(posed["numbers"]):
        return "it holds a number twice, or one that is not in the list"
    return None if sum(found) == posed["target"] else f"it adds up to {sum(found)}"
