"""A method that uses another one of one's own."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    strip, score = (
        f"{verb}_{word}" for verb, word in zip(("strip", "score"), words(random, 2), strict=True)
    )
    noise = "".join(random.sample("#$%&@!", 3))
    texts = [line(random, noise) for _ in range(5)]
    first, *others = texts
    alone = "".join(c for c in others[0] if c not in noise)
    (other,) = words(random, 1)
    return {
        "prompt": f"Give yourself two methods: {strip}(self, text) returns the text without the "
        f"characters {noise}; {score}(self, text) calls it and returns a dictionary from each "
        "letter that is left to how often it occurs, without spaces. They must work without "
        f"attributes of yours. Use them on this text:\n{first}\nand finish with what {score} "
        "returns for it.",
        "method": score,
        "expected": scored(first, noise),
        "cases": [
            *([[each], scored(each, noise)] for each in others),
            [[others[0]], alone, {"call": strip}],
            [[others[0]], scored(other, noise), {"instead": {strip: other}}],
        ],
    }


def line(random: Random, noise: str) -> str:
    return "".join(
        c + random.choice(["", "", noise[0], noise[1:]]) for c in " ".join(words(random, 4))
    )


def scored(text: str, noise: str) -> dict[str, int]:
    letters = [c for c in text if c not in noise and c != " "]
    return {letter: letters.count(letter) for letter in letters}
