"""Queries of one's own that end as was asked."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    motto = " ".join(words(random, 3)).upper()
    return {
        "prompt": "Change your method build_query so that from your next query on, each begins "
        f"or ends with the line\nMOTTO: {motto}\nand otherwise says what it said before. When you "
        "see that line in your query, finish with how many characters the whole line has.",
        "motto": f"MOTTO: {motto}",
        "expected": len(f"MOTTO: {motto}"),
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    if not same(left["result"], posed["expected"]):
        return f"the result is {shown(left['result'])}"
    if posed["prompt"] not in left["queries"][-1]:
        return "the last query does not say the task any more"
    lines = [line.strip() for line in left["queries"][-1].strip().splitlines()]
    return None if posed["motto"] in (lines[0], lines[-1]) else "the last query lacks the line"
