"""The largest file below a folder."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    folders = ["", *(f"{name}/" for name in words(random, 3))]
    sizes = random.sample(range(20, 900), 14)
    texts = {
        f"data/{random.choice(folders)}{name}.txt": "x" * size
        for name, size in zip(words(random, 14), sizes, strict=True)
    }
    longest = max(texts, key=lambda name: len(texts[name]))
    return {
        "prompt": "Which file in the folder data, or in a folder below it, has the most bytes? "
        'Finish with a dictionary {"file": ..., "bytes": ...}; name the file by its path from '
        "the working folder, such as data/a/b.txt.",
        "files": texts,
        "expected": {"file": longest, "bytes": len(texts[longest])},
    }
