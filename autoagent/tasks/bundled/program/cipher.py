"""A function that shifts letters over an alphabet of its own."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    alphabet = "".join(random.sample("abcdefghijklmnopqrstuvwxyz", 26))
    texts = [" ".join(words(random, 3)).capitalize() + "!" for _ in range(4)]
    keys = [random.randrange(-60, 60) for _ in texts]
    return {
        "prompt": f"Take the alphabet {alphabet!r}, which is circular. Write a Python module with "
        "a function shift(text, key) that replaces each lower-case letter of the text by the "
        "letter key places further on in this alphabet (key may be negative or larger than 26) "
        "and leaves all other characters as they are. Test it, then finish with the source text "
        "of the module, as one str.",
        "function": "shift",
        "cases": [[[t, k], shifted(t, k, alphabet)] for t, k in zip(texts, keys, strict=True)],
    }


def shifted(text: str, key: int, alphabet: str) -> str:
    turned = (alphabet[(alphabet.index(c) + key) % 26] if c in alphabet else c for c in text)
    return "".join(turned)
