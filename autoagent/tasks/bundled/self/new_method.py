"""A method of one's own, used at once."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    name = f"weigh_{words(random, 1)[0]}"
    weight = random.randrange(3, 12)
    text = " ".join(words(random, 12))
    drawn = [" ".join(words(random, 4)) for _ in range(3)]
    return {
        "prompt": f"Give yourself a method {name}(self, text), which adds {weight} for each vowel "
        "(aeiou) of the text and 1 for each other letter, and nothing for spaces. It must work by "
        f"itself, without attributes of yours. Then call it with this text:\n{text}\nand finish "
        "with what it returns.",
        "method": name,
        "expected": weighed(text, weight),
        "cases": [[[each], weighed(each, weight)] for each in drawn],
    }


def weighed(text: str, weight: int) -> int:
    return sum(weight if c in "aeiou" else 1 for c in text if c != " ")
