def clamp(value: float, low: float, high: float) -> float:
    """Return the value, or the bound that it is beyond.

    >>> clamp(7, 0, 5)
    5
    """
    # completion
    return max(low, min(value, high))


# tests
assert clamp(3, 0, 5) == 3
assert clamp(-1, 0, 5) == 0
assert clamp(9, 0, 5) == 5
