"""An index of the words in some pages."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    known = words(random, 25)
    pages = {f"pages/{n}.md": page(random, known) for n in range(1, 9)}
    wanted = sorted(random.sample(known, 8))
    lines = [f"{word}: {', '.join(map(str, places(pages, word)))}" for word in wanted]
    return {
        "prompt": "The files pages/1.md to pages/8.md hold text. A line that begins with # is a "
        "heading, and what stands between two lines ``` is an example: neither counts. Write the "
        f"file index.txt with a line for each of the words {', '.join(wanted)}, in this order: the "
        "word, a colon, a space, and the numbers of the pages that hold it, ascending and "
        "separated by a comma and a space. Words may begin with a capital letter or be followed by "
        "a full stop. Where a word is on no page, the line ends behind the colon. Finish with the "
        "number of the words that are on all eight pages or on none.",
        "files": pages,
        "after": {"index.txt": "\n".join(lines)},
        "expected": sum(len(places(pages, word)) in (0, 8) for word in wanted),
    }


def page(random: Random, known: list[str]) -> str:
    def sentence() -> str:
        return " ".join(random.choice(known) for _ in range(6)).capitalize() + "."

    lines = [f"# {sentence()}", sentence(), "```", sentence(), sentence(), "```", sentence()]
    return "\n".join(lines) + "\n"


def places(pages: dict[str, str], word: str) -> list[int]:
    found = []
    for number, text in enumerate(pages.values(), 1):
        before, _, after = text.split("```")
        counted = [line for line in (before + after).splitlines() if not line.startswith("#")]
        if word in re.findall(r"\w+", " ".join(counted).lower()):
            found.append(number)
    return found
