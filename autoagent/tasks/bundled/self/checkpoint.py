"""Definitions that are put back."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    name = f"rate_{words(random, 1)[0]}"
    a, b, x = (random.randrange(11, 99) for _ in range(3))
    drawn = random.sample(range(1000), 3)
    return {
        "prompt": f"Define a function {name}(x) that returns {a} * x + {b}. Remember your "
        f"definitions with self.checkpoint(). Then, in a later answer, define {name} anew so that "
        "it returns 0; in another one put the old definition back with self.restore(). In the end "
        f"finish with {name}({x}).",
        "method": name,
        "expected": a * x + b,
        "cases": [[[each], a * each + b] for each in drawn],
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    said = "\n".join(left["answers"])
    missing = [call for call in ("self.checkpoint()", "self.restore()") if call not in said]
    return f"{missing[0]} is in no answer" if missing else usual_check(posed, left, ran)
