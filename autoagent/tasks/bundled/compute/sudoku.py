"""A square to be filled in; any way that obeys the rules will do."""

from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    digits = random.sample(range(1, 10), 9)
    rows, columns = (
        [
            3 * band + line
            for band in random.sample(range(3), 3)
            for line in random.sample(range(3), 3)
        ]
        for _ in range(2)
    )
    full = [[digits[(3 * (r % 3) + r // 3 + c) % 9] for c in columns] for r in rows]
    hidden = set(random.sample([(r, c) for r in range(9) for c in range(9)], 46))
    open_ = [
        "".join("." if (r, c) in hidden else str(full[r][c]) for c in range(9)) for r in range(9)
    ]
    return {
        "prompt": "Fill in this Sudoku: each row, each column and each of the nine 3x3 blocks must "
        "hold each digit from 1 to 9 once.\n" + "\n".join(open_) + "\nFinish with a list of "
        "nine strings of nine digits, a string for each row.",
        "rows": open_,
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    found = left["result"]
    if not isinstance(found, list) or [type(row) for row in found] != [str] * 9:
        return "the result is no list of nine strings"
    if any(len(row) != 9 for row in found):
        return "a row has not nine characters"
    for row, given in zip(found, posed["rows"], strict=True):
        if any(sign not in (digit, ".") for digit, sign in zip(row, given, strict=True)):
            return "a digit that was given is another one now"
    columns = ["".join(column) for column in zip(*found, strict=True)]
    blocks = [
        "".join(row[c : c + 3] for row in found[r : r + 3]) for r in (0, 3, 6) for c in (0, 3, 6)
    ]
    fine = all(sorted(group) == list("123456789") for group in (*found, *columns, *blocks))
    return None if fine else "a row, column or block does not hold each digit"
