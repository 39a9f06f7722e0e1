Matrix = list[list[int]]


def product(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices; a ValueError is raised if they do not fit.

    >>> product([[1, 2]], [[3], [4]])
    [[11]]
    """
    # completion
    inner = len(right)
    if any(len(row) != inner for row in left):
        raise ValueError("the rows on the left are not as long as the columns on the right")
    width = len(right[0])
    result: Matrix = []
    for row in left:
        line = []
        for column in range(width):
            total = 0
            for place in range(inner):
                total += row[place] * right[place][column]
            line.append(total)
        result.append(line)
    return result


# tests
assert product([[1, 0], [0, 1]], [[5, 6], [7, 8]]) == [[5, 6], [7, 8]]
try:
    product([[1, 2]], [[1, 2]])
except ValueError:
    pass
else:
    raise AssertionError("they do not fit")
