def factorial(n: int) -> int:
    """Return the product of the numbers from 1 to n; a negative n is a ValueError.

    >>> factorial(5)
    120
    """
    # completion
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    result = 1
    for factor in range(2, n + 1):
        result *= factor
    return result


# tests
assert factorial(0) == 1
assert factorial(6) == 720
try:
    factorial(-1)
except ValueError:
    pass
else:
    raise AssertionError("a negative number was taken")
