"""Whether lives leave something behind: `python -m benchmarks.leaks`.

Ten thousand lives, one after another, and two hundred at once, behind one wall; processes, memory
and descriptors of the host and of its workers are printed as they develop.
"""

from __future__ import annotations

import argparse
import gc
import os

import psutil

from autoagent.life import Heartbeat, Life
from autoagent.walls import WALLS, open_wall
from sandbox.session import Sandbox

CODE = "```python\ndef f():\n    return [0] * 1000\nself.kept = f()\nprint(len(self.kept))\n```"
MIB = 1 << 20
TITLES = (
    " lives", "processes", "host MiB", "fds", "threads", "workers' MiB (PSS)", "fds", "threads",
)  # fmt: skip


def born(wall: Sandbox) -> Life:
    """Begin a life and let it live one step."""
    life = Life(wall)
    life.begin("Define a function")
    event = life.answer(CODE)
    assert isinstance(event, Heartbeat), event
    return life


def usage(lives: int) -> None:
    """Print a line of what host and workers hold now."""
    gc.collect()
    host = psutil.Process()
    workers = host.children(recursive=True)
    values = [
        lives,
        len(workers),
        round(host.memory_info().rss / MIB, 1),
        host.num_fds(),
        host.num_threads(),
        round(sum(worker.memory_full_info().pss for worker in workers) / MIB, 1),
        sum(worker.num_fds() for worker in workers),
        sum(worker.num_threads() for worker in workers),
    ]
    cells = (f"{value:>{len(title)}}" for value, title in zip(values, TITLES, strict=True))
    print("  ".join(cells), flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--wall", choices=list(WALLS), default="wasm")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores; one after another, then {options.at_once} at once")
    print("  ".join(TITLES))
    wall = open_wall(options.wall, print)
    for number in range(options.lives + 1):
        if number % (options.lives // 10) == 0:
            usage(number)
        born(wall).close()
    for _ in range(4):
        lives = [born(wall) for _ in range(options.at_once)]
        usage(len(lives))
        for life in lives:
            life.close()
        born(wall).close()
        usage(0)
    wall.close()
    usage(0)


if __name__ == "__main__":
    main()
