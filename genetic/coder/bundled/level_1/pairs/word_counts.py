def word_counts(text: str) -> dict[str, int]:
    """Return how often each word occurs; case does not matter.

    >>> word_counts("The cat the dog")
    {'the': 2, 'cat': 1, 'dog': 1}
    """
    # completion
    counts: dict[str, int] = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


# tests
assert word_counts("") == {}
assert word_counts("a b A a") == {"a": 3, "b": 1}
