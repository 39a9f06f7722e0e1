def suffix(name: str) -> str:
    """Return what follows the last dot of a file's name, or an empty text.

    >>> suffix("report.tar.gz")
    'gz'
    """
    # completion
    return name.rpartition(".")[2] if "." in name else ""


# tests
assert suffix("a.txt") == "txt"
assert suffix("README") == ""
