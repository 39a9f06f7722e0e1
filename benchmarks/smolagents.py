"""Measure executors for smolagents side by side: `python -m benchmarks.smolagents`.

Each is made anew, given a tool, and asked to execute the same code. Beside ours stand smolagents'
local executor, which interprets the syntax tree inside this process and is no boundary, and its
Docker executor, whose image is built from a network the first time. Figures are medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from smolagents.local_python_executor import LocalPythonExecutor
from smolagents.monitoring import AgentLogger, LogLevel
from smolagents.remote_executors import DockerExecutor
from smolagents.tools import Tool

from autoagent.integrations.smolagents import WallExecutor
from autoagent.walls import open_wall
from benchmarks.sandbox import milliseconds
from sandbox.session import SandboxError

Make = Callable[[], Any]
SNIPPET = "x = 1 + 1"
CALL = "double(2)"
LOOP = "total = 0\nfor i in range({count}):\n    total += i"
ITERATIONS = {"local": 20_000}
USUAL_ITERATIONS = 1_000_000
STEPS = 50


class Double(Tool):  # type: ignore[misc]
    """A tool that costs nothing."""

    name = "double"
    description = "Doubles a number."
    inputs = {"n": {"type": "integer", "description": "It."}}  # noqa: RUF012
    output_type = "integer"

    def forward(self, n: int) -> int:
        """Double it."""
        return 2 * n


def makers() -> Iterator[tuple[str, Make]]:
    """Yield what makes executors, by name, as far as it works here."""
    for name in ("wasm", "process", "docker"):
        try:
            wall = open_wall(name)
        except SandboxError as error:
            print(f"the {name} wall does not open here: {error}")
            continue
        yield f"ours, {name}", lambda wall=wall: WallExecutor(wall)
        wall.close()
    yield "local", lambda: LocalPythonExecutor([])
    quiet = AgentLogger(level=LogLevel.OFF)
    try:
        made = DockerExecutor([], quiet, build_new_image=False)
    except Exception as error:  # no engine, no network to build its image from
        print(f"smolagents' Docker executor cannot be measured here: {str(error)[:200]}")
        return
    made.cleanup()
    yield "Docker", lambda: DockerExecutor([], quiet, build_new_image=False)


def measured(name: str, make: Make, rounds: int) -> dict[str, float]:
    """Return the medians of one kind."""
    starts = []
    for _ in range(rounds):
        made: list[Any] = []

        def start(made: list[Any] = made) -> None:
            made.append(make())
            made[0].send_tools({"double": Double()})
            made[0](SNIPPET)

        starts.append(milliseconds(start))
        if hasattr(made[0], "cleanup"):
            made[0].cleanup()
    one = make()
    one.send_tools({"double": Double()})
    count = ITERATIONS.get(name, USUAL_ITERATIONS)
    steps, calls, loops = (
        [milliseconds(lambda code=code: one(code)) for _ in range(times)]
        for code, times in ((SNIPPET, STEPS), (CALL, STEPS), (LOOP.format(count=count), 5))
    )
    if hasattr(one, "cleanup"):
        one.cleanup()
    return {
        "new executor and its first step, ms": statistics.median(starts),
        "step, ms": statistics.median(steps),
        "step with a call of a tool, ms": statistics.median(calls),
        "loop, million iterations/s": count / statistics.median(loops) / 1000,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors; load before: {os.getloadavg()[0]:.1f}")
    found = {name: measured(name, make, options.rounds) for name, make in makers()}
    table = Table("median", *found)
    for row in next(iter(found.values())):
        table.add_row(row, *(f"{column[row]:.2f}" for column in found.values()))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
