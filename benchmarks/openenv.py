"""How many sessions the OpenEnv server holds on one core: `python -m benchmarks.openenv`.

The server, and all workers of its wall, stand on one core, the clients on the others. So many
sessions are open at once; each begins a life, then all answer, again and again. Beside it stands
the same environment called in one process. The library publishes 256 sessions per core, of an
environment that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect

from env import Survival

SESSIONS = (1, 16, 64, 256)
CORE = 0
SERVER = (
    "import os, uvicorn; from env.adapters.openenv import create_app; "
    "os.sched_setaffinity(0, {{{core}}}); "
    "uvicorn.run(create_app(sessions={sessions}), port={port}, log_level='error')"
)


@contextmanager
def server(sessions: int) -> Iterator[tuple[str, psutil.Process]]:
    """Serve on one core; give the address, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = SERVER.format(core=CORE, sessions=sessions, port=port)
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert process.poll() is None
                time.sleep(0.1)
            yield f"ws://127.0.0.1:{port}/ws", psutil.Process(process.pid)
        finally:
            process.terminate()


async def session(url: str, seed: int, steps: int, ready: asyncio.Barrier) -> list[float]:
    """Live a life beside the others; return how long each answer took."""
    times = []
    async with connect(url, open_timeout=None, ping_interval=None) as client:
        await client.send(json.dumps({"type": "reset", "data": {"seed": seed}}))
        await client.recv()
        await ready.wait()
        for number in range(steps):
            begun = time.perf_counter()
            message = {"type": "step", "data": {"text": f"x = {seed} + {number}"}}
            await client.send(json.dumps(message))
            told = json.loads(await client.recv())
            assert told["type"] == "observation", told
            times.append(time.perf_counter() - begun)
    return times


async def beside(url: str, sessions: int, steps: int) -> tuple[float, list[float]]:
    """Return answers a second of so many sessions, and how long each answer took."""
    ready = asyncio.Barrier(sessions + 1)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(session(url, seed, steps, ready)) for seed in range(sessions)]
        await ready.wait()
        begun = time.perf_counter()
    spent = time.perf_counter() - begun
    return sessions * steps / spent, [each for task in tasks for each in task.result()]


def memory_mb(process: psutil.Process) -> float:
    """Return the memory of a process and its children that is theirs alone."""
    everyone = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().uss for each in everyone) / 1e6


def called(steps: int) -> float:
    """Return answers a second of the same environment, called on the same core."""
    os.sched_setaffinity(0, {CORE})
    env = Survival()
    env.reset(seed=0)
    begun = time.perf_counter()
    for number in range(steps):
        env.step(f"x = {number}")
    spent = time.perf_counter() - begun
    env.close()
    return steps / spent


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=7, help="answers of each session; 8 starve")
    steps = parser.parse_args().steps
    cores = os.sched_getaffinity(0)
    table = Table("sessions", "answers/s", "median, ms", "95 %, ms", "MB", title="On one core")
    table.add_row("called", f"{called(steps):,.0f}", "", "", "")
    os.sched_setaffinity(0, cores - {CORE} or cores)
    for sessions in SESSIONS:
        with server(sessions) as (url, process):
            rate, times = asyncio.run(beside(url, sessions, steps))
            cuts = statistics.quantiles(times, n=20) if len(times) > 1 else times * 20
            middle, late = statistics.median(times) * 1000, cuts[-1] * 1000
            used = memory_mb(process)
        table.add_row(
            str(sessions), f"{rate:,.0f}", f"{middle:,.1f}", f"{late:,.1f}", f"{used:,.0f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
