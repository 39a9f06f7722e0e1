"""A function for Roman numerals, both ways."""

from random import Random
from typing import Any

LEVEL = "easy"
VALUES = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")]
VALUES += [(40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def pose(random: Random) -> dict[str, Any]:
    name = f"roman_{words(random, 1)[0]}"
    numbers = [4, 1994, *random.sample(range(1, 4000), 4)]
    cases = [[[n], roman(n)] for n in numbers] + [[[roman(n)], n] for n in numbers]
    return {
        "prompt": f"Write a Python module with a function {name}(value). Given an int from 1 to "
        "3999 it returns the Roman numeral as a str; given such a str it returns the int. Test "
        "it, then finish with the source text of the module, as one str.",
        "function": name,
        "cases": cases,
    }


def roman(number: int) -> str:
    text = ""
    for value, letters in VALUES:
        text += letters * (number // value)
        number %= value
    return text
