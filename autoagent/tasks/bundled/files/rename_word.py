"""A word that is replaced in many files, where it stands alone."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    old, new, *others = words(random, 12)
    names = [f"src/{random.choice('abc')}/{name}.txt" for name in words(random, 6)]
    texts, after, count = {}, {}, 0
    for name in names:
        chosen = [random.choice([old, f"{old}s", f"my_{old}", *others]) for _ in range(40)]
        count += chosen.count(old)
        texts[name] = " ".join(chosen) + "\n"
        after[name] = " ".join(new if word == old else word for word in chosen) + "\n"
    return {
        "prompt": f"In all files below the folder src replace the word {old} by {new}, but only "
        f"where it stands alone: {old}s and my_{old} stay. Change nothing else. Finish with the "
        "number of words that you replaced.",
        "files": texts,
        "after": after,
        "expected": count,
    }
