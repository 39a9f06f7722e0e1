"""Runs a command while the clock jumps: ``python -m benchmarks.durability.jumping ARGUMENTS``.

What `time.time` says is hours early or years late, another way every few calls. The clock that only
goes forward is left alone, as any system leaves it.
"""

from __future__ import annotations

import random
import sys
import time

JUMPS = (0.0, -3600.0, -86_400.0, 86_400.0, 3e8)
CHANCE = 0.2


def jump() -> None:
    """Have the clock jump from now on."""
    right, chance = time.time, random.Random(str(sys.argv))
    off = 0.0

    def wrong() -> float:
        nonlocal off
        if chance.random() < CHANCE:
            off = chance.choice(JUMPS)
        return right() + off

    time.time = wrong


if __name__ == "__main__":
    from autoagent.cli import main

    jump()
    main()
