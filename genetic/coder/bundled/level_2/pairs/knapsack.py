def knapsack(weights: list[int], values: list[int], limit: int) -> int:
    """Return the most value that things of a total weight within the limit can have.

    >>> knapsack([1, 3, 4], [1, 4, 5], 4)
    5
    """
    # completion
    best = [0] * (limit + 1)
    for weight, value in zip(weights, values):
        for room in range(limit, weight - 1, -1):
            with_it = best[room - weight] + value
            if with_it > best[room]:
                best[room] = with_it
    return best[limit]


# tests
assert knapsack([], [], 5) == 0
assert knapsack([2, 2, 3], [3, 3, 5], 4) == 6
assert knapsack([5], [9], 4) == 0
