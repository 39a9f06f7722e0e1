import math


def hypotenuse(a: float, b: float) -> float:
    """Return the longest side of a right triangle.

    >>> hypotenuse(3, 4)
    5.0
    """
    # completion
    return math.sqrt(a**2 + b**2)


# tests
assert hypotenuse(5, 12) == 13
assert hypotenuse(0, 0) == 0
