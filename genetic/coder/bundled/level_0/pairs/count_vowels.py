def count_vowels(text: str) -> int:
    """Count the vowels in a text, in either case.

    >>> count_vowels("Banana")
    3
    """
    # completion
    return sum(letter in "aeiou" for letter in text.lower())


# tests
assert count_vowels("") == 0
assert count_vowels("AEIOU") == 5
assert count_vowels("rhythm") == 0
