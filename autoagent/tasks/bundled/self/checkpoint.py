"""Definitions that are put back."""

from random import Random
from typing import Any

LEVEL = "easy"
ANEW = "defined_anew"


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
        "cases": [*([[n], a * n + b] for n in drawn), *([[n], 0, {"call": ANEW}] for n in drawn)],
    }


def trial(posed: dict[str, Any], left: dict[str, Any]) -> dict[str, Any] | str | None:
    """Have both called: what was put back, and what it was in place of."""
    name, steps = posed["method"], left["steps"]
    texts = [step["own"].get(name) for step in steps]
    *_, anew, back = [0, 0, *(n for n in range(1, len(texts)) if texts[n] != texts[n - 1])]
    if not anew or texts[back] != texts[anew - 1]:
        return f"{name} was not defined anew in one answer and put back in another"
    if "restore" not in steps[back]["mentioned"] or name in steps[back]["stored"]:
        return f"{name} was not put back with self.restore()"
    text = re.sub(rf"\b{name}\b", ANEW, texts[anew] or "")
    return usual_trial(posed, left | {"definitions": left["definitions"] | {ANEW: text}})
