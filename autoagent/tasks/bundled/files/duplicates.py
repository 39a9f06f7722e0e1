"""Files that hold the same, of which one stays."""

from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    contents = [" ".join(words(random, 5)) for _ in range(6)]
    names = sorted(f"notes/{name}.txt" for name in words(random, 13))
    chosen = contents + [random.choice(contents) for _ in names[6:]]
    random.shuffle(chosen)
    texts = dict(zip(names, chosen, strict=True))
    first = {text: name for name, text in reversed(texts.items())}
    after = {name: text if first[text] == name else None for name, text in texts.items()}
    return {
        "prompt": "Some files in the folder notes hold the same text. Of those that do, keep the "
        "one whose name comes first in the alphabet, and remove the others. Finish with the "
        "number of files that you removed.",
        "files": texts,
        "after": after,
        "expected": sum(text is None for text in after.values()),
    }
