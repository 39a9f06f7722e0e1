def running_total(numbers: list[int]) -> list[int]:
    """Return the sums of the first number, the first two, the first three, and so on.

    >>> running_total([1, 2, 3])
    [1, 3, 6]
    """
    # completion
    sums = []
    total = 0
    for number in numbers:
        total += number
        sums.append(total)
    return sums


# tests
assert running_total([]) == []
assert running_total([5, -5, 2]) == [5, 0, 2]
