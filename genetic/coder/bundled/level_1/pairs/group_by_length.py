from collections import defaultdict


def by_length(words: list[str]) -> dict[int, list[str]]:
    """Return the words by their length, those of one length in alphabetical order.

    >>> by_length(["to", "be", "or", "not"])
    {2: ['be', 'or', 'to'], 3: ['not']}
    """
    # completion
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        groups[len(word)].append(word)
    return dict(groups)


# tests
assert by_length([]) == {}
assert by_length(["b", "a", "aa"]) == {1: ["a", "b"], 2: ["aa"]}
