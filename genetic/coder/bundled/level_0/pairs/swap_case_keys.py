def lower_keys(table: dict[str, int]) -> dict[str, int]:
    """Return the table with its keys in lower case.

    >>> lower_keys({"A": 1})
    {'a': 1}
    """
    # completion
    return {key.lower(): value for key, value in table.items()}


# tests
assert lower_keys({}) == {}
assert lower_keys({"Ab": 1, "c": 2}) == {"ab": 1, "c": 2}
