"""Methods that are steps of a whole, whose order was drawn."""

from random import Random
from typing import Any

LEVEL = "hard"
STEPS = {
    "reverses each word": lambda text: " ".join(word[::-1] for word in text.split()),
    "sorts the words": lambda text: " ".join(sorted(text.split())),
    "takes out every letter e": lambda text: text.replace("e", ""),
    "doubles each vowel (aeiou)": lambda text: "".join(c * 2 if c in "aeiou" else c for c in text),
    "removes the first word": lambda text: " ".join(text.split()[1:]),
    "makes every second word upper-case, beginning with the second": lambda text: " ".join(
        word.upper() if number % 2 else word for number, word in enumerate(text.split())
    ),
}


def pose(random: Random) -> dict[str, Any]:
    chosen = random.sample(sorted(STEPS), 4)
    names = [f"stage_{word}" for word in words(random, 4)]
    whole = f"pass_{words(random, 1)[0]}"
    first, *others = (" ".join(words(random, 6)) for _ in range(5))
    stages = list(zip(names, chosen, strict=True))
    told = "\n".join(f"{n}(self, text) {what}" for n, what in stages)
    text, other = others[0], " ".join(words(random, 6))
    return {
        "prompt": f"Give yourself these methods, each of which returns a text:\n{told}\nand a "
        f"method {whole}(self, text) that applies all four, in this order, each to what the one "
        "before returned. They must work without attributes of yours. Words are separated by "
        f"single spaces. Then finish with a list: what {whole} returns for {first!r}, and for "
        "that again.",
        "method": whole,
        "expected": [through(first, chosen), through(through(first, chosen), chosen)],
        "cases": [
            *([[each], through(each, chosen)] for each in others),
            *([[text], STEPS[what](text), {"call": name}] for name, what in stages),
            *(
                [[text], through(other, chosen[number:]), {"instead": {name: other}}]
                for number, name in enumerate(names, 1)
            ),
        ],
    }


def through(text: str, chosen: list[str]) -> str:
    for what in chosen:
        text = STEPS[what](text)
    return text
