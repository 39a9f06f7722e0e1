def search(numbers: list[int], wanted: int) -> int:
    """Return the place of a number in a sorted list, or -1.

    >>> search([1, 4, 9], 4)
    1
    """
    # completion
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(numbers) and numbers[low] == wanted else -1


# tests
assert search([], 3) == -1
assert [search([2, 3, 5, 7], n) for n in (2, 3, 5, 7)] == [0, 1, 2, 3]
assert search([2, 3, 5, 7], 6) == -1
