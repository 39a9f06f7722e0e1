def fibonacci(count: int) -> list[int]:
    """Return the first Fibonacci numbers, as many as asked for.

    >>> fibonacci(6)
    [0, 1, 1, 2, 3, 5]
    """
    # completion
    numbers: list[int] = []
    a, b = 0, 1
    for _ in range(count):
        numbers.append(a)
        a, b = b, a + b
    return numbers


# tests
assert fibonacci(0) == []
assert fibonacci(1) == [0]
assert fibonacci(8)[-1] == 13
