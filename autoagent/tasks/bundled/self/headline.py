"""Queries that end with a line that changes."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    word, factor = words(random, 1)[0].upper(), random.randrange(3, 90)
    return {
        "prompt": "Change yourself so that each of your queries from the next one on has, as its "
        f"very last line, '{word} N', where N is {factor} times the number of characters of your "
        "answer just before it. Otherwise a query says what it said before. When four queries in "
        "a row have ended so, finish with the N of the last of them.",
        "word": word,
        "factor": factor,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    steps = left["steps"]
    if len(steps) < 5:
        return "it has asked fewer than five times"
    if not set(steps[-5]["own"]) & set(left["born"]):
        return "it had not changed itself before the last four queries"
    for before, step in zip(steps[-5:], steps[-4:], strict=False):
        number = posed["factor"] * len(before["answer"])
        if (line := step["query"].rstrip().splitlines()[-1].strip()) != f"{posed['word']} {number}":
            return f"the last line of a query was {shown(line)}, and not {posed['word']} {number}"
        if beginning(posed, left) not in step["query"]:
            return "a query does not say any more what the first one said"
    right = same(left["result"], number)
    return None if right else f"the result is {shown(left['result'])}, and not {number}"
