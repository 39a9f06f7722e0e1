"""Queries that begin with a line that changes."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    word, factor = words(random, 1)[0].upper(), random.randrange(3, 90)
    return {
        "prompt": "Change yourself so that each of your queries from the next one on has, as its "
        f"very last line, '{word} N', where N is {factor} in the next query, {2 * factor} in the "
        f"one after it, and so on, {factor} more in each. Otherwise a query says what it said "
        f"before. When you see {word} {4 * factor}, finish with that number.",
        "word": word,
        "factor": factor,
        "expected": 4 * factor,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    if not same(left["result"], posed["expected"]):
        return f"the result is {shown(left['result'])}, and not {posed['expected']}"
    if posed["prompt"] not in left["queries"][-1]:
        return "the last query does not say the task any more"
    last = [query.rstrip().splitlines()[-1].strip() for query in left["queries"][-4:]]
    wanted = [f"{posed['word']} {n * posed['factor']}" for n in (1, 2, 3, 4)]
    return None if last == wanted else f"the last lines were {shown(last)}"
