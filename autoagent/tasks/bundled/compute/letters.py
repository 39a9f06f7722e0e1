"""How often letters occur in a text."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    text = " ".join(words(random, 25))
    letters = random.sample(sorted(set(text) - {" "}), 4)
    return {
        "prompt": f"Count how often each of the letters {', '.join(letters)} occurs in this "
        f"text:\n{text}\nFinish with a dictionary from each of these letters to its count.",
        "expected": {letter: text.count(letter) for letter in letters},
    }
