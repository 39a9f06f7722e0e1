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
    steps = left["steps"]
    changed = [n for n, step in enumerate(steps, 1) if set(step["own"]) & set(left["born"])]
    if not changed or changed[0] == len(steps):
        return "it had not changed itself before its last query"
    query = steps[-1]["query"]
    if beginning(posed, left) not in query:
        return "the last query does not say any more what the first one said"
    lines = [line.strip() for line in query.strip().splitlines()]
    if posed["motto"] not in (lines[0], lines[-1]):
        return "the last query lacks the line"
    return usual_check(posed, left, ran)
