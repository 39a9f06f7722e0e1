"""A function that writes runs of characters in short."""

from itertools import groupby
from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    mark, least = random.choice("#%&~^"), random.randrange(3, 6)
    texts = [
        "".join(random.choice("abc") * random.randrange(1, 9) for _ in range(8)) for _ in "1234"
    ]
    texts += ["", "a" * 120, "a" * (least - 1) + "b" * least + "c" * (least + 1)]
    return {
        "prompt": "Write a Python module with a function pack(text), for texts of lower-case "
        f"letters. Each run of {least} or more equal letters (as long as it goes) becomes the "
        f"letter, the sign {mark} and the length in decimal; shorter runs stay. So 'aaaaaaaab' "
        f"becomes 'a{mark}8b'. Test it, then finish with the source text of the module, as one "
        "str.",
        "function": "pack",
        "cases": [[[text], packed(text, mark, least)] for text in texts],
    }


def packed(text: str, mark: str, least: int) -> str:
    runs = [(letter, len(list(run))) for letter, run in groupby(text)]
    return "".join(f"{c}{mark}{n}" if n >= least else c * n for c, n in runs)
