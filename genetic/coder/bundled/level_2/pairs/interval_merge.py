Interval = tuple[int, int]


def merged(intervals: list[Interval]) -> list[Interval]:
    """Return the intervals in order, with those that touch or overlap made one.

    >>> merged([(5, 6), (1, 3), (2, 4)])
    [(1, 4), (5, 6)]
    """
    # completion
    result: list[Interval] = []
    for begin, end in sorted(intervals):
        if end < begin:
            raise ValueError(f"{begin}, {end} is no interval")
        if not result:
            result.append((begin, end))
            continue
        last_begin, last_end = result[-1]
        if begin <= last_end:
            result[-1] = (last_begin, max(last_end, end))
        else:
            result.append((begin, end))
    return result


# tests
assert merged([]) == []
assert merged([(1, 2), (2, 3)]) == [(1, 3)]
assert merged([(1, 10), (2, 3), (11, 12)]) == [(1, 10), (11, 12)]
