"""Measure the walls side by side: `python -m benchmarks.walls`.

Each wall lives the same lives, in turns, in one run. Beside them stand `docker run` of the same
snippet, one container for each execution, and smolagents' LocalPythonExecutor, which is a wall of
another kind: it interprets the syntax tree inside this process. Figures are medians.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from functools import partial

import psutil
from rich.console import Console
from rich.table import Table

from autoagent.life import Heartbeat, Life
from autoagent.walls import WALLS, open_wall
from benchmarks.sandbox import CLASS, ITERATIONS, LOOP, PROMPT, executor, milliseconds, speed
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError

Column = dict[str, float | None]

ROWS = {
    "new life to first heartbeat": "ms",
    "`x = 1` to next heartbeat": "ms",
    "`x = 1` in a new life": "ms",
    "loop, strict policy": "M/s",
    "memory of an extra life (PSS)": "MiB",
    "kill of an endless loop": "ms",
}
SNIPPET = "x = 1"
ITERATIONS_OF_SMOLAGENTS = 20_000


def new_life(wall: Sandbox, limits: Limits | None = None) -> Life:
    """Begin a life."""
    life = Life(wall, limits=limits)
    event = life.begin(PROMPT)
    assert isinstance(event, Heartbeat), event
    return life


def median(action: Callable[[], float], rounds: int) -> float:
    """Return the median of what an action measures."""
    return statistics.median(action() for _ in range(rounds))


def birth(wall: Sandbox) -> float:
    """Time a life from nothing to its first heartbeat."""
    lives: list[Life] = []
    spent = milliseconds(lambda: lives.append(new_life(wall)))
    lives[0].close()
    return spent


def isolated(wall: Sandbox) -> float:
    """Time one execution in a life of its own."""

    def live() -> None:
        life = new_life(wall)
        life.answer(SNIPPET)
        life.close()

    return milliseconds(live)


def killing(wall: Sandbox) -> float:
    """Time how long an endless loop lives past its limit of wall-clock time."""
    limit = 0.5
    life = new_life(wall, Limits(fuel=10**15, wall_seconds=limit))
    spent = milliseconds(lambda: life.answer("while True: pass"))
    return spent - 1000 * limit


def weight(wall: Sandbox, lives: int = 8) -> float:
    """Return what an extra life holds, in MiB."""
    kept = [new_life(wall)]
    before = _memory()
    kept += [new_life(wall) for _ in range(lives)]
    after = _memory()
    for life in kept:
        life.close()
    return (after - before) / lives / (1 << 20)


def _memory() -> float:
    """Return what our children hold, and the containers, which are children of an engine."""
    processes = set(psutil.Process().children(recursive=True))
    for process in psutil.process_iter(["cmdline"]):
        if "/guest/warden.py" in (process.info["cmdline"] or ()):
            processes |= {process, *process.children(recursive=True)}
    return float(sum(_pss(process) for process in processes))


def _pss(process: psutil.Process) -> int:
    """Return what a process holds, in bytes; nothing where it has ended meanwhile."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def measured(name: str, rounds: int) -> Column:
    """Measure one wall.

    Raises:
        SandboxError: It does not open here.
    """
    wall = open_wall(name, print)
    rounds = rounds if name != "docker" else max(3, rounds // 4)
    try:
        birth(wall)  # the first one starts processes that the others share
        life = new_life(wall)
        answer = partial(milliseconds, lambda: life.answer(SNIPPET))
        looping = new_life(wall)
        looping.answer(LOOP)
        values = (
            median(lambda: birth(wall), rounds),
            median(answer, 10 * rounds),
            median(lambda: isolated(wall), rounds),
            median(lambda: speed(looping.answer, "self.loop", ITERATIONS), 5),
            weight(wall),
            median(lambda: killing(wall), 3),
        )
        return dict(zip(ROWS, values, strict=True))
    finally:
        wall.close()


def docker_run(rounds: int) -> Column:
    """Measure `docker run` of the same snippet, in the image that the docker wall built."""
    listing = ["docker", "images", "--quiet", "autoagent-guest"]
    image = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()[0]
    command = ["docker", "run", "--rm", "--network=none", "--entrypoint", "python3", image, "-c"]
    run = partial(subprocess.run, [*command, SNIPPET], check=True, capture_output=True)
    timed = f"import time\n{CLASS}t = time.perf_counter()\nit.loop({ITERATIONS})\n"
    timed += "print(time.perf_counter() - t)"
    looped = subprocess.run([*command, timed], check=True, capture_output=True, text=True)
    column: Column = dict.fromkeys(ROWS)
    column["`x = 1` in a new life"] = median(lambda: milliseconds(run), max(3, rounds // 4))
    column["loop, strict policy"] = ITERATIONS / float(looped.stdout) / 1e6
    return column


def smolagents(rounds: int) -> Column:
    """Measure smolagents' executor."""
    one = executor()
    one(CLASS)
    column: Column = dict.fromkeys(ROWS)
    column["`x = 1` to next heartbeat"] = median(
        lambda: milliseconds(lambda: one(SNIPPET)), 10 * rounds
    )
    column["`x = 1` in a new life"] = median(
        lambda: milliseconds(lambda: executor()(SNIPPET)), rounds
    )
    column["loop, strict policy"] = median(
        lambda: speed(one, "it.loop", ITERATIONS_OF_SMOLAGENTS), 5
    )
    return column


def columns(names: list[str], rounds: int) -> Iterator[tuple[str, Column]]:
    """Measure everything that works here, saying what does not."""
    for name in names:
        try:
            yield name, measured(name, rounds)
        except SandboxError as error:
            print(f"the {name} wall does not open here: {error}")
            continue
        if name == "docker" and shutil.which("docker"):
            yield "docker run", docker_run(rounds)
    yield "smolagents", smolagents(rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--wall", action="append", choices=list(WALLS), help="only these")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors; load before: {os.getloadavg()[0]:.1f}")
    found = dict(columns(options.wall or list(WALLS), options.rounds))
    table = Table("median", "unit", *found)
    for row, unit in ROWS.items():
        values = [column[row] for column in found.values()]
        table.add_row(row, unit, *("" if value is None else f"{value:.2f}" for value in values))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
