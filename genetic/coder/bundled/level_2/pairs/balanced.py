PAIRS = {")": "(", "]": "[", "}": "{"}


def balanced(text: str) -> bool:
    """Return True if every bracket of a text is closed by its like, in the right order.

    >>> balanced("f(x[1])")
    True
    >>> balanced("(]")
    False
    """
    # completion
    open_ones: list[str] = []
    for letter in text:
        if letter in PAIRS.values():
            open_ones.append(letter)
        elif letter in PAIRS:
            if not open_ones:
                return False
            if open_ones.pop() != PAIRS[letter]:
                return False
        else:
            continue
    return not open_ones


# tests
assert balanced("")
assert balanced("{[()]}[]")
assert not balanced("(")
assert not balanced(")(")
assert not balanced("([)]")
