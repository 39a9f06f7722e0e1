def flatten(rows: list[list[int]]) -> list[int]:
    """Return the numbers of all rows, one row after the other.

    >>> flatten([[1, 2], [], [3]])
    [1, 2, 3]
    """
    # completion
    flat: list[int] = []
    for row in rows:
        flat.extend(row)
    return flat


# tests
assert flatten([]) == []
assert flatten([[5], [4, 3]]) == [5, 4, 3]
