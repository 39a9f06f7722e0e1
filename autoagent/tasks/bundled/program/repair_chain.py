"""A program with several faults, each of which shows when the one before is mended."""

import json
from random import Random
from typing import Any

LEVEL = "hard"


def pose(random: Random) -> dict[str, Any]:
    fields = words(random, 3)
    width, height, depth = fields
    boxes = [{name: random.randrange(2, 30) for name in fields} for _ in range(12)]
    spare, odd = random.sample(range(12), 2)
    told = [dict(box) for box in boxes]
    told[spare][width] = f"{boxes[spare][width]} cm"
    renamed = words(random, 1)[0].upper()
    told[odd][renamed] = told[odd].pop(depth)
    program = f"boxes = {json.dumps(told)}\n\n\ndef volume(box):\n"
    program += f'    return int(box["{width}"]) * box["{height}"] * box["{depth}"]\n\n\n'
    total = sum(box[width] * box[height] * box[depth] for box in boxes)
    return {
        "prompt": "This program should add up the volumes of all boxes, but some of its data are "
        "not as it expects. Nothing is to be left out: a unit behind a number is to be ignored, "
        "and a wrongly named field is the one that is missing.\n\n```python\n"
        + program
        + "print(sum(volume(box) for box in boxes))\n```\n\nRun it, mend what fails until it "
        'works, and finish with a dictionary {"field": ..., "total": ...}: the wrong name that '
        "a field had, and the sum.",
        "expected": {"field": renamed, "total": total},
    }
