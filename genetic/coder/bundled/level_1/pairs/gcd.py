def gcd(a: int, b: int) -> int:
    """Return the greatest common divisor, by Euclid's algorithm.

    >>> gcd(12, 18)
    6
    """
    # completion
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a


# tests
assert gcd(0, 5) == 5
assert gcd(17, 13) == 1
assert gcd(-8, 12) == 4
