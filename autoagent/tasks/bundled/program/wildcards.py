"""A function that matches texts with wildcards that were drawn."""

from functools import cache
from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    any_one, any_many, digits = random.sample("?*#@~%", 3)
    signs = ["a", "b", any_one, any_many, digits]
    stand = {any_one: ["a", "1"], any_many: ["", "b1", "aab"], digits: ["1", "11"]}
    patterns = ["".join(random.sample(signs, 4)) for _ in range(5)]
    fitting = [
        [pattern, "".join(random.choice(stand.get(sign, [sign])) for sign in pattern)]
        for pattern in patterns
    ]
    others = [[pattern, text[:-1] or "a"] for pattern, text in fitting]
    pairs = [
        *fitting,
        *others,
        ["", ""],
        [any_many, ""],
        [digits, ""],
        [digits, "407"],
        [any_one, "ab"],
    ]
    return {
        "prompt": "Write a Python module with a function match(pattern, text) that says whether a "
        f"pattern fits a whole text, as True or False. In a pattern {any_one} stands for exactly "
        f"one character, {any_many} for any number of characters, also none, and {digits} for one "
        "or more decimal digits (0-9); every other character stands for itself. Patterns may be "
        "long, so do not try all ways. Test it, then finish with the source text of the module, as "
        "one str.",
        "function": "match",
        "cases": [
            *([pair, matches(*pair, any_one, any_many, digits)] for pair in pairs),
            [[any_many + f"a{any_many}" * 25 + "b", "a" * 60], False],
        ],
    }


def matches(pattern: str, text: str, any_one: str, any_many: str, digits: str) -> bool:
    @cache
    def at(p: int, t: int) -> bool:
        if p == len(pattern):
            return t == len(text)
        sign = pattern[p]
        if sign == any_many:
            return at(p + 1, t) or (t < len(text) and at(p, t + 1))
        if t == len(text):
            return False
        if sign == digits:
            return text[t] in "0123456789" and (at(p + 1, t + 1) or at(p, t + 1))
        return sign in (any_one, text[t]) and at(p + 1, t + 1)

    return at(0, 0)
