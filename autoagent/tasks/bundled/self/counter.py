"""A wrapper around one's own execution that counts."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    start = random.randrange(100, 900)
    name = f"count_{words(random, 1)[0]}"
    return {
        "prompt": f"Set self.{name} to {start}. Change your method execute_code so that it first "
        f"adds the number of characters of the response to self.{name} and then does what it did "
        f"before. Give three more answers, each of which prints self.{name}, and in the last of "
        f"them finish with self.{name}. Do not set it by hand in between.",
        "name": name,
        "start": start,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    name, count, steps = posed["name"], posed["start"], left["steps"]
    texts = [None, *(step["own"].get("execute_code") for step in steps)]
    if texts[-1] is None:
        return "execute_code is as it was"
    set_up = [n for n, s in enumerate(steps, 1) if texts[n] != texts[n - 1] or name in s["stored"]]
    if len(after := steps[set_up[-1] :]) != 3:
        return f"it gave {len(after)} answers after it was changed or {name} was set, and not three"
    for step in after:
        count += len(step["answer"])
        if name not in step["assigned"] or set(step["own"]) & set(step["mentioned"]):
            return f"execute_code has not counted an answer in {name}"
        if str(count) not in re.findall(r"\d+", step["printed"]):
            return f"an answer did not print {count}"
    right = same(left["result"], count)
    return None if right else f"the result is {shown(left['result'])}, and not {count}"
