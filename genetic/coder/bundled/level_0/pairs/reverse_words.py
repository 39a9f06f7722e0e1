def reverse_words(sentence: str) -> str:
    """Return the sentence with its words in reverse order.

    >>> reverse_words("one two three")
    'three two one'
    """
    # completion
    return " ".join(reversed(sentence.split()))


# tests
assert reverse_words("a") == "a"
assert reverse_words("x y") == "y x"
assert reverse_words("") == ""
