def average(numbers: list[float]) -> float:
    """Return the mean of the numbers, and 0.0 if there is none.

    >>> average([1.0, 2.0, 3.0])
    2.0
    """
    # completion
    return sum(numbers) / len(numbers) if numbers else 0.0


# tests
assert average([]) == 0
assert average([4.0]) == 4
assert average([1.0, 2.0]) == 1.5
