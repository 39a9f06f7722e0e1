def initials(name: str) -> str:
    """Return the initials of a name, in capitals.

    >>> initials("ada lovelace")
    'AL'
    """
    # completion
    return "".join(part[0].upper() for part in name.split())


# tests
assert initials("grace brewster hopper") == "GBH"
assert initials("") == ""
