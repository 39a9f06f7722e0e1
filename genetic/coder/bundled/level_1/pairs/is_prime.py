def is_prime(n: int) -> bool:
    """Return True if n is a prime number.

    >>> is_prime(7)
    True
    >>> is_prime(9)
    False
    """
    # completion
    if n < 2:
        return False
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return True


# tests
assert [n for n in range(30) if is_prime(n)] == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
assert not is_prime(-7)
