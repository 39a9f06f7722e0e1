"""Tools over MCP: calls of `run_python` beside an empty tool and the bare wall; 200 sessions."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing

import anyio
import psutil
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.server.mcpserver import MCPServer

from autoagent.life import Life
from autoagent.tools.console import interpreter, showing
from autoagent.walls import open_wall
from sandbox.session import Sandbox

EMPTY = "empty"
GOAL = 0.9
CODE = "sum(range(10))"
ROUNDS = 10
CALLS = 50


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("what", nargs="?", choices=[EMPTY], help="be the empty server")
    given = parser.parse_args()
    if given.what == EMPTY:
        serve_empty()
    else:
        with closing(open_wall("wasm")) as wall:
            anyio.run(compare, wall, given.rounds)
        for options in ([], ["--share-workers"]):
            anyio.run(crowd, given.sessions, options)


def serve_empty() -> None:
    """Serve a tool that does nothing."""
    server = MCPServer("empty", log_level="CRITICAL")

    @server.tool()
    async def nothing(code: str) -> dict[str, str]:
        return {"stdout": "", "value": "45"}

    server.run("stdio")


async def compare(wall: Sandbox, rounds: int) -> None:
    """Time the three in turns."""
    life = Life(wall, first=interpreter(), on_harm="feedback")
    life.begin("")
    code = showing(CODE)
    empty = command("-m", "benchmarks.mcp", EMPTY)
    times: dict[str, list[float]] = {"empty": [], "wall": [], "run_python": []}

    async def bare() -> None:
        life.answer(code)

    async with Client(empty) as nothing, Client(command("-m", "autoagent", "mcp")) as ours:

        async def ask_nothing() -> None:
            await nothing.call_tool("nothing", {"code": CODE})

        async def ask_ours() -> None:
            await ours.call_tool("run_python", {"code": CODE})

        for number in range(rounds + 1):  # the first one is not counted
            for name, work in (("empty", ask_nothing), ("wall", bare), ("run_python", ask_ours)):
                taken = await timed(work)
                if number:
                    times[name].append(taken)
    life.close()
    each = {name: statistics.median(found) for name, found in times.items()}
    for name, seconds in each.items():
        print(f"{name:>12}: {1 / seconds:8.0f} calls/s  {seconds * 1000:.2f} ms")
    ratio = (each["empty"] + each["wall"]) / each["run_python"]
    print(f"run_python beside the empty tool and the wall: {ratio:.2f} (goal: {GOAL})")


async def timed(work: Callable[[], Awaitable[None]]) -> float:
    """Return how long one call takes, on average."""
    started = time.perf_counter()
    for _ in range(CALLS):
        await work()
    return (time.perf_counter() - started) / CALLS


async def crowd(sessions: int, options: list[str]) -> None:
    """Open many sessions, and see that each has what it was given, and what each takes."""
    bound = ["--sessions", str(sessions), *options]
    async with Client(command("-m", "autoagent", "mcp", *bound)) as client:
        names = [f"s{number}" for number in range(sessions)]
        before = memory()
        started = time.perf_counter()
        for name in names:
            await client.call_tool("run_python", {"code": f"x = {name!r}", "session": name})
        opened = (time.perf_counter() - started) / sessions
        await client.call_tool("run_python", {"code": "x = bytearray(1 << 40)", "session": "s0"})
        disturbed = 0
        for name in names:
            result = await client.call_tool("run_python", {"code": "x", "session": name})
            content = result.structured_content or {}
            disturbed += content.get("value") != repr(name)
        each = (memory() - before) / sessions
    print(
        f"{sessions} sessions {' '.join(options) or 'with a worker each'}: {each:.1f} MiB and "
        f"{opened * 1000:.0f} ms each, {disturbed} disturbed"
    )


def memory() -> float:
    """Return what the processes that we started take, shared pages counted in parts, in MiB."""
    total = 0
    for each in psutil.Process().children(recursive=True):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:
            continue
    return total / (1 << 20)


def command(*arguments: str) -> StdioServerParameters:
    """Return a server to start with this Python."""
    return StdioServerParameters(command=sys.executable, args=list(arguments))


if __name__ == "__main__":
    main()
