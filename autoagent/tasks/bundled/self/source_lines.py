"""What one's own source says."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    method = random.choice(["step", "build_query", "execute_code", "run"])
    word = random.choice(["self", "return", "def", "query", "response"])
    return {
        "prompt": f"Read the source of your own method {method}. How often does the text {word!r} "
        "occur in it, also within longer words? Finish with that number.",
        "method_read": method,
        "word": word,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    wanted = left["born"].get(posed["method_read"], "").count(posed["word"])
    right = same(left["result"], wanted)
    return None if right else f"the result is {shown(left['result'])}, and not {wanted}"
