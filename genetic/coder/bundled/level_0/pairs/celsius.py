def to_fahrenheit(celsius: float) -> float:
    """Convert degrees Celsius to degrees Fahrenheit.

    >>> to_fahrenheit(100)
    212.0
    """
    # completion
    return celsius * 9 / 5 + 32


# tests
assert to_fahrenheit(0) == 32
assert to_fahrenheit(-40) == -40
