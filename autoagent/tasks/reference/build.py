"""Experts at building: they test what they have written, and hand over what passed."""

import re

from autoagent.tasks.reference.seen import Seen, expert


def tested(seen: Seen, source: str, tests: str) -> str:
    """Keep a source under a name and test it; finish with it once the tests are seen to pass.

    Args:
        seen: The query.
        source: The source.
        tests: Statements that fail where it is wrong.
    """
    if seen.printed("TESTS") == "passed" and seen.has("SOURCE"):
        return "self.finish(SOURCE)"
    return f"SOURCE = r'''{source}'''\nexec(SOURCE)\n{tests}\nprint('TESTS passed')"


@expert(r"a function (roman_\w+)\(value\)\. Given an int")
def roman(seen: Seen, name: str) -> str:
    """Build it from the values of the numerals."""
    source = f"""
PARTS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
         (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]

def {name}(value):
    result = "" if isinstance(value, int) else 0
    for number, letters in PARTS:
        if isinstance(value, int):
            result += letters * (value // number)
            value %= number
        else:
            while value.startswith(letters):
                result += number
                value = value[len(letters):]
    return result
"""
    return tested(seen, source, f"assert all({name}({name}(n)) == n for n in range(1, 4000))")


@expert(r"Take the alphabet '([a-z]{26})', which is circular")
def cipher(seen: Seen, alphabet: str) -> str:
    """Look each letter up."""
    source = f"""
ALPHABET = "{alphabet}"

def shift(text, key):
    turned = {{c: ALPHABET[(i + key) % 26] for i, c in enumerate(ALPHABET)}}
    return "".join(turned.get(c, c) for c in text)
"""
    return tested(seen, source, "assert shift(shift('Ab, c!', 30), -30) == 'Ab, c!'")


@expert(r"This program fails:\n\n```python\n(.*?)print\(total\(orders\)\)\n```.*?costs (\d+)\.")
def repair(seen: Seen, program: str, price: str) -> str:
    """Run it, read in the traceback what is missing, and run it with that."""
    if found := seen.printed("ANSWER"):
        return f"self.finish({found})"
    missing = seen.failed("KeyError")
    if missing is None or not re.fullmatch(r"'\w+'", missing):
        return f"{program}print(total(orders))"
    return (
        f"prices[{missing}] = {price}\n"
        f"print('ANSWER', {{'missing': {missing}, 'total': total(orders)}})"
    )
