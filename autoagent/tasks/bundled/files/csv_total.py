"""The sum of a column of a table."""

from random import Random
from typing import Any

LEVEL = "easy"


def pose(random: Random) -> dict[str, Any]:
    names, column = words(random, 6), words(random, 9)[-1]
    wanted = random.choice(names)
    rows = [(random.choice(names), random.randrange(1, 500)) for _ in range(60)]
    table = "".join(f"{name},{number}\n" for name, number in rows)
    return {
        "prompt": f"The file table.csv has the columns name and {column}. Add up {column} in all "
        f"rows whose name is {wanted}. Finish with the sum.",
        "files": {"table.csv": f"name,{column}\n{table}"},
        "expected": sum(number for name, number in rows if name == wanted),
    }
