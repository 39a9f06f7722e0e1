# primes: all primes below LIMIT, by the sieve of Eratosthenes.
# gaps: the distances from each of them to the next.
LIMIT = 50
# completion
is_prime = [True] * LIMIT
is_prime[0] = is_prime[1] = False
candidate = 2
while candidate * candidate < LIMIT:
    if is_prime[candidate]:
        for multiple in range(candidate * candidate, LIMIT, candidate):
            is_prime[multiple] = False
    candidate += 1
primes = [number for number in range(LIMIT) if is_prime[number]]
gaps = [after - before for before, after in zip(primes, primes[1:])]

# tests
assert primes == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
assert gaps[:4] == [1, 2, 2, 4]
assert len(gaps) == len(primes) - 1
