def total_length(words: list[str]) -> int:
    """Return how many characters the words have together.

    >>> total_length(["ab", "c"])
    3
    """
    # completion
    return sum(len(word) for word in words)


# tests
assert total_length([]) == 0
assert total_length(["", "abc", "de"]) == 5
