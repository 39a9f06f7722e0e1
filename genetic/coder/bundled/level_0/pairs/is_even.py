def is_even(n: int) -> bool:
    """Return True if the number is even.

    >>> is_even(4)
    True
    """
    # completion
    return n % 2 == 0


# tests
assert is_even(0)
assert is_even(-2)
assert not is_even(7)
