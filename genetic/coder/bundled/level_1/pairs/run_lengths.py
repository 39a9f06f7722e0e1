def run_lengths(text: str) -> list[tuple[str, int]]:
    """Return the runs of equal characters, and how long each is.

    >>> run_lengths("aab")
    [('a', 2), ('b', 1)]
    """
    # completion
    runs: list[tuple[str, int]] = []
    for letter in text:
        if runs and runs[-1][0] == letter:
            runs[-1] = (letter, runs[-1][1] + 1)
        else:
            runs.append((letter, 1))
    return runs


# tests
assert run_lengths("") == []
assert run_lengths("abba") == [("a", 1), ("b", 2), ("a", 1)]
