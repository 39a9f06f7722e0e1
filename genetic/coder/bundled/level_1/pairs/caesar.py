def caesar(text: str, shift: int) -> str:
    """Shift each small letter along the alphabet, from z on to a; leave the rest.

    >>> caesar("xyz!", 2)
    'zab!'
    """
    # completion
    shifted = []
    for letter in text:
        if "a" <= letter <= "z":
            place = (ord(letter) - ord("a") + shift) % 26
            letter = chr(ord("a") + place)
        shifted.append(letter)
    return "".join(shifted)


# tests
assert caesar("abc", 1) == "bcd"
assert caesar("bcd", -1) == "abc"
assert caesar("A b", 26) == "A b"
