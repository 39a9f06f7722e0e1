def evaluate(expression: str) -> float:
    """Evaluate an expression in reverse Polish notation: numbers and + - * /.

    A ValueError is raised if it is none.

    >>> evaluate("3 4 + 2 *")
    14.0
    """
    # completion
    stack: list[float] = []
    for token in expression.split():
        if token not in "+-*/":
            stack.append(float(token))
            continue
        if len(stack) < 2:
            raise ValueError(f"{token} has too few operands")
        right, left = stack.pop(), stack.pop()
        if token == "+":
            stack.append(left + right)
        elif token == "-":
            stack.append(left - right)
        elif token == "*":
            stack.append(left * right)
        else:
            stack.append(left / right)
    if len(stack) != 1:
        raise ValueError(f"{expression!r} is no expression")
    return stack[0]


# tests
assert evaluate("1 2 -") == -1
assert evaluate("8 2 / 3 *") == 12
for wrong in ("1 +", "1 2", ""):
    try:
        evaluate(wrong)
    except ValueError:
        continue
    raise AssertionError(wrong)
