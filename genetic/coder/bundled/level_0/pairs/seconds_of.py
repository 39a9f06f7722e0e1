def seconds_of(hours: int, minutes: int, seconds: int) -> int:
    """Return a time of day as seconds since midnight.

    >>> seconds_of(1, 1, 1)
    3661
    """
    # completion
    return hours * 3600 + minutes * 60 + seconds


# tests
assert seconds_of(0, 0, 0) == 0
assert seconds_of(23, 59, 59) == 86399
