"""A language of one's own, in which one answers."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    word = words(random, 1)[0].upper()
    numbers = random.sample(range(100, 999), 3)
    told = ", ".join(map(str, numbers))
    return {
        "prompt": f"Teach yourself a language: change your method execute_code so that an answer "
        f"which holds a line '{word} N' with a whole number N, and no Python code, adds N to "
        "self.total, and every other answer is executed as before. Then give one answer in that "
        f"language for each of the numbers {told}, and then finish with self.total. (The line may "
        "stand in a ```python block of its own.)",
        "word": word,
        "numbers": numbers,
        "expected": sum(numbers),
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    word, steps, taught = posed["word"], left["steps"], "execute_code"
    said = [spoken(word, step) for step in steps]
    for number in posed["numbers"]:
        if [number] not in said:
            return f"no answer was {word} {number}"
        at = said.index([number])
        if at == 0 or taught not in steps[at - 1]["own"] or "total" not in steps[at]["assigned"]:
            return f"{word} {number} was said when execute_code did not add it to self.total"
    spoke = next(n for n, numbers in enumerate(said) if numbers)
    if any("total" in step["stored"] for step in steps[spoke:]):
        return "self.total was set by hand after the language was spoken"
    sources = [text for name, text in left["definitions"].items() if text != left["born"].get(name)]
    if any(
        re.search(rf"\b{posed['expected']}\b", text) for text in [*sources, steps[-1]["answer"]]
    ):
        return "the total was written down, and not added up"
    return usual_check(posed, left, ran)


def spoken(word: str, step: dict[str, Any]) -> list[int]:
    """Return what an answer says in the language; nothing if it holds Python, too."""
    lines = (line.strip() for line in step["answer"].splitlines() if not step["mentioned"])
    return [int(line.split()[1]) for line in lines if re.fullmatch(rf"{word} -?\d{{1,9}}", line)]
