NUMERALS = [("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)]


def roman(n: int) -> str:
    """Return a number from 1 to 39 in Roman numerals.

    >>> roman(14)
    'XIV'
    """
    # completion
    written = ""
    for numeral, value in NUMERALS:
        while n >= value:
            written += numeral
            n -= value
    return written


# tests
assert [roman(n) for n in (1, 4, 9, 18, 39)] == ["I", "IV", "IX", "XVIII", "XXXIX"]
