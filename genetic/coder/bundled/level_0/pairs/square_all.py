def square_all(numbers: list[int]) -> list[int]:
    """Return the square of each number.

    >>> square_all([1, 2, 3])
    [1, 4, 9]
    """
    # completion
    return [number * number for number in numbers]


# tests
assert square_all([]) == []
assert square_all([-3, 0]) == [9, 0]
