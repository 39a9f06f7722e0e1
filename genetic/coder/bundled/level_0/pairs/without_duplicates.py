def unique(items: list[int]) -> list[int]:
    """Return the items without repetitions, each where it comes first.

    >>> unique([3, 1, 3, 2, 1])
    [3, 1, 2]
    """
    # completion
    return list(dict.fromkeys(items))


# tests
assert unique([]) == []
assert unique([5, 5, 5]) == [5]
assert unique([2, 1, 2]) == [2, 1]
