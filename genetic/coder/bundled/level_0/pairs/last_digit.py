def last_digit(n: int) -> int:
    """Return the last decimal digit of a number, also of a negative one.

    >>> last_digit(-123)
    3
    """
    # completion
    return abs(n) % 10


# tests
assert last_digit(0) == 0
assert last_digit(99) == 9
assert last_digit(-41) == 1
