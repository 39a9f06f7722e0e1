Matrix = list[list[float]]


def transpose(matrix: Matrix) -> Matrix:
    """Return the matrix whose rows are the columns of another.

    >>> transpose([[1, 2], [3, 4]])
    [[1, 3], [2, 4]]
    """
    # completion
    if not matrix:
        return []
    columns = []
    for place in range(len(matrix[0])):
        columns.append([row[place] for row in matrix])
    return columns


# tests
assert transpose([]) == []
assert transpose([[1, 2, 3]]) == [[1], [2], [3]]
