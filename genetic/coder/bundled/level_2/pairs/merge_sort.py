def merge_sort(numbers: list[int]) -> list[int]:
    """Return the numbers in order: sort both halves, then merge them.

    >>> merge_sort([3, 1, 2])
    [1, 2, 3]
    """
    # completion
    if len(numbers) < 2:
        return list(numbers)
    middle = len(numbers) // 2
    left, right = merge_sort(numbers[:middle]), merge_sort(numbers[middle:])
    merged: list[int] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


# tests
assert merge_sort([]) == []
assert merge_sort([5, 4, 3, 2, 1, 5]) == [1, 2, 3, 4, 5, 5]
