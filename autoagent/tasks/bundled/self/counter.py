"""A wrapper around one's own execution that counts."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    start = random.randrange(100, 900)
    name = f"count_{words(random, 1)[0]}"
    return {
        "prompt": f"Set self.{name} to {start}. Change your method execute_code so that it first "
        f"adds 1 to self.{name} and then does what it did before. Give three more answers, each "
        f"of which prints self.{name}, and in the last of them finish with self.{name}. Do not "
        "set it by hand in between.",
        "expected": start + 3,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    if not same(left["result"], posed["expected"]):
        return f"the result is {shown(left['result'])}, and not {posed['expected']}"
    if left["definitions"].get("execute_code") == left["born"].get("execute_code"):
        return "execute_code is as it was"
    return None if len(left["queries"]) >= 4 else "it has given fewer answers"
