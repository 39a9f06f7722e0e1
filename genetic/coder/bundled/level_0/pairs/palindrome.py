def is_palindrome(word: str) -> bool:
    """Return True if the word reads the same backwards.

    >>> is_palindrome("level")
    True
    """
    # completion
    return word == word[::-1]


# tests
assert is_palindrome("")
assert is_palindrome("abba")
assert not is_palindrome("ab")
