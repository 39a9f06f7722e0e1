import re


def tokens(text: str) -> list[str]:
    """Split an arithmetic expression into numbers, operators and parentheses.

    Blanks do not matter; any other sign is a ValueError.

    >>> tokens("12+(3 * x)")
    Traceback (most recent call last):
    ...
    ValueError: unexpected 'x'
    """
    # completion
    found: list[str] = []
    place = 0
    pattern = re.compile(r"\d+|[-+*/()]")
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = pattern.match(text, place)
        if match is None:
            raise ValueError(f"unexpected {text[place]!r}")
        found.append(match.group())
        place = match.end()
    return found


# tests
assert tokens("") == []
assert tokens("1 + 23*(4-5)") == ["1", "+", "23", "*", "(", "4", "-", "5", ")"]
