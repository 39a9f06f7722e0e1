"""Several files of JSON made one."""

import json
from random import Random
from typing import Any

LEVEL = "medium"


def pose(random: Random) -> dict[str, Any]:
    names, goods = words(random, 5), words(random, 7)
    parts = [{good: random.randrange(1, 40) for good in random.sample(goods, 4)} for _ in names]
    together: dict[str, int] = {}
    for part in parts:
        for good, count in part.items():
            together[good] = together.get(good, 0) + count
    texts = {f"shops/{n}.json": json.dumps(part) for n, part in zip(names, parts, strict=True)}
    return {
        "prompt": "Each file shops/*.json holds an object from goods to counts. Write the file "
        "total.json: an object from each of the goods to its count in all shops together. Finish "
        "with the name of the file.",
        "files": texts,
        "total": together,
        "expected": "total.json",
    }


def check(posed: dict[str, Any], left: dict[str, Any], ran: list[Any]) -> str | None:
    found = json_file(left, "total.json")
    if not same(found, posed["total"]):
        return f"total.json holds {shown(found)}"
    return usual_check(posed, left, ran)
