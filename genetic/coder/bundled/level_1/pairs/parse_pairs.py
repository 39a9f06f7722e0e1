def parse_pairs(text: str) -> dict[str, str]:
    """Read lines of the form name=value; leave empty lines and comments (#) out.

    >>> parse_pairs("a=1")
    {'a': '1'}
    """
    # completion
    found = {}
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name.strip()] = value.strip()
    return found


# tests
assert parse_pairs("") == {}
assert parse_pairs("# comment\n\nx = 1\ny=2\n") == {"x": "1", "y": "2"}
