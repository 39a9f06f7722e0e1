"""A calculator whose operators have a precedence that was drawn."""

from random import Random
from typing import Any

LEVEL = "hard"
ORDERS = ["+-*", "+*-", "-+*", "-*+", "*+-"]  # *-+ would come to the same as usual
TELLING = "9 - 2 * 5 + 3 - 4 + 6 * 8 - 1"  # it has another value in each order


def pose(random: Random) -> dict[str, Any]:
    order = random.choice(ORDERS)
    texts = [expression(random, 3) for _ in range(7)] + ["7", " ( 2 ) ", TELLING]
    return {
        "prompt": "Write a Python module with a function value(text) that computes expressions of "
        "whole numbers without signs, the operators +, - and *, round brackets and spaces. The "
        f"operators are not as usual: {order[0]} binds strongest, then {order[1]}, and {order[2]} "
        "weakest; each groups from the left. It returns an int. Test it, then finish with the "
        "source text of the module, as one str.",
        "function": "value",
        "cases": [[[text], value(text, order)] for text in texts],
    }


def expression(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.15:
        return str(random.randrange(0, 20))
    parts = [expression(random, depth - 1) for _ in range(random.randrange(2, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += f" {random.choice('+-*')} {part}"
    return f"({text})" if random.random() < 0.5 else text


def value(text: str, order: str) -> int:
    signs = re.findall(r"\d+|[-+*()]", text)

    def operand() -> int:
        sign = signs.pop(0)
        if sign != "(":
            return int(sign)
        inner = level(2)
        signs.pop(0)
        return inner

    def level(number: int) -> int:
        below = operand if number == 0 else lambda: level(number - 1)
        result = below()
        while signs and signs[0] == order[number]:
            sign = signs.pop(0)
            other = below()
            result = result * other if sign == "*" else result + (other if sign == "+" else -other)
        return result

    return level(2)
