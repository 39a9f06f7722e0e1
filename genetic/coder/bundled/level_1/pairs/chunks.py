from collections.abc import Iterator, Sequence


def chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield the items in pieces of a size; the last piece may be shorter.

    >>> list(chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    # completion
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    for start in range(0, len(items), size):
        yield items[start : start + size]


# tests
assert list(chunks([], 3)) == []
assert list(chunks((1, 2, 3, 4), 2)) == [(1, 2), (3, 4)]
