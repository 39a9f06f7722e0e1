"""The lines of a file, sorted, in another one."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    lines = words(random, 30)
    lines += random.sample(lines, 8)
    random.shuffle(lines)
    target = f"{words(random, 1)[0]}.txt"
    return {
        "prompt": f"Write the different lines of the file words.txt, sorted, into the file "
        f"{target}, one on each line. Leave words.txt as it is. Finish with the number of "
        "lines that you wrote.",
        "files": {"words.txt": "\n".join(lines) + "\n"},
        "after": {target: "\n".join(sorted(set(lines))), "words.txt": "\n".join(lines)},
        "expected": len(set(lines)),
    }
