"""What every wall promises, asked of each that stands on this machine."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.limits import Limits
from sandbox.session import Message, Sandbox, SandboxError
from tests.sandbox.guests import EVALUATOR, ended, said, text
from tests.waiting import gone
from tests.walls import WALLS, standing

ENDLESS = "sum(range(10**12))"
NOT_THERE = ("AttributeError", "FileNotFoundError", "ModuleNotFoundError", "PermissionError")
NOT_ALLOWED = ("BlockingIOError", "OSError", "ProcessLookupError", "RuntimeError")


@pytest.fixture(scope="module", params=WALLS)
def wall(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with standing(request.param, EVALUATOR) as wall:
        yield wall


def little(wall: Sandbox) -> int:
    """Return fuel that is used up soon, and not by a wall's own time on a busy machine.

    A container's time counts as its CPU.
    """
    return 2 * 10**10 if wall.name == "docker" else 10**9


def test_a_wall_says_what_it_is(wall: Sandbox) -> None:
    assert wall.name in WALLS
    assert len(wall.build) == 64
    assert all(isinstance(words, str) for words in wall.undetermined)
    assert wall.counts_fuel == (wall.name == "wasm")


def test_a_guest_speaks_and_returns(wall: Sandbox) -> None:
    session = wall.start("you", Limits(), seed=0, now=0.0)
    assert text(session.event) == "hello you"
    assert text(session.resume("1 + 1", now=0.0)) == "2"
    assert text(session.resume("'\N{SNOWMAN}\\0' * 50_000", now=0.0)) == "\N{SNOWMAN}\0" * 50_000
    assert text(session.resume(repr("x" * 500_000), now=0.0)) == "x" * 500_000
    end = ended(session.resume("return", now=0.0))
    assert (end.cause, end.detail) == ("returned", "returned")
    with pytest.raises(SandboxError, match="has ended"):
        session.resume("1", now=0.0)
    session.close()


def test_a_closed_session_has_ended(wall: Sandbox) -> None:
    session = wall.start("", Limits(), seed=0, now=0.0)
    session.close()
    session.close()
    assert ended(session.event).cause == "returned"
    with pytest.raises(SandboxError, match="has ended"):
        session.resume("1", now=0.0)


@pytest.mark.parametrize(
    ("expression", "limits", "cause"),
    [
        (ENDLESS, {"fuel": "little"}, "fuel"),
        (ENDLESS, {"fuel": 10**15, "wall_seconds": 1.5}, "hang"),
        ("10 ** 10 ** 8", {"fuel": "little"}, "fuel"),
        ("'x' * 500_000", {"output_bytes": 4000}, "output"),
        ("__import__('os').abort()", {}, "trap"),
        ("__import__('os')._exit(0)", {}, "trap"),
        ("__import__('sys').exit(0)", {}, "trap"),
    ],
)
def test_limits_and_traps_end_a_guest(
    wall: Sandbox, expression: str, limits: dict[str, Any], cause: str
) -> None:
    if limits.get("fuel") == "little":
        limits = {"fuel": little(wall)}
    assert ended(said(wall, expression, **limits)).cause == cause
    assert text(said(wall, "1 + 1")) == "2"


def test_memory_is_bounded_and_its_error_can_be_caught(wall: Sandbox) -> None:
    assert text(said(wall, "len(bytearray(10**9))")) == "MemoryError()"
    assert text(said(wall, "len(bytearray(10**8))", memory_mb=256)) == "100000000"
    assert text(said(wall, "len(bytearray(10**8))", memory_mb=64)) == "MemoryError()"


@pytest.mark.parametrize(
    "expression",
    [
        "open({file!r}).read()",
        "open({file!r}, 'w')",
        "__import__('os').listdir({folder!r})",
        "__import__('os').mkdir({folder!r} + '/x')",
        "__import__('socket')",
        "__import__('ctypes')",
        "__import__('os').fork()",
        "__import__('os').kill({pid}, 0)",
        "__import__('os').execv('/bin/sh', ['sh'])",
        "__import__('_thread').start_new_thread(print, ())",
    ],
)
def test_there_is_nothing_outside(wall: Sandbox, expression: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a secret")
    filled = expression.format(file=str(file), folder=str(tmp_path), pid=os.getpid())
    assert text(said(wall, filled)).startswith(NOT_THERE + NOT_ALLOWED)
    assert file.read_text() == "a secret"
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_the_environment_is_empty(wall: Sandbox) -> None:
    assert text(said(wall, "dict(__import__('os').environ)")) == "{}"


def test_chance_and_time_come_from_the_host(wall: Sandbox) -> None:
    expression = (
        "[(os.urandom(8), random.random(), random.Random().random(), hash('a'), {'a', 'b', 'c'},"
        " time.time_ns(), time.monotonic_ns(), time.gmtime(), time.localtime())"
        " for os, random, time in [map(__import__, ('os', 'random', 'time'))]]"
    )

    def once(seed: int, now: float) -> str:
        session = wall.start("", Limits(), seed=seed, now=5.0)
        try:
            session.resume("__import__('random').seed()", now=6.0)
            return text(session.resume(expression, now=now))
        finally:
            session.close()

    assert once(1, 9.0) == once(1, 9.0)
    assert once(1, 9.0) != once(2, 9.0)
    assert once(1, 9.0) != once(1, 10.0)
    assert "9001000000, 9002000000" in once(1, 9.0)


def test_the_clock_never_goes_back(wall: Sandbox) -> None:
    session = wall.start("", Limits(), seed=0, now=50.0)
    session.resume("__import__('time').sleep(100)", now=60.0)
    assert text(session.resume("round(__import__('time').time())", now=70.0)) == "160"
    session.close()


def test_sleeping_moves_the_clock_and_costs_no_time(wall: Sandbox) -> None:
    session = wall.start("", Limits(wall_seconds=60.0), seed=0, now=0.0)
    assert text(session.resume("__import__('time').sleep(10**6)", now=0.0)) == "None"
    assert text(session.resume("round(__import__('time').time(), -1)", now=0.0)) == "1000000.0"
    session.close()


def test_waiting_for_the_host_counts_against_nothing(wall: Sandbox) -> None:
    session = wall.start("", Limits(fuel=2 * 10**10, wall_seconds=1.5), seed=0, now=0.0)
    time.sleep(2.0)
    assert text(session.resume("1", now=0.0, refuel=False)) == "1"
    session.close()


WORK = "sum(range(2 * 10**5))"
"""A small part of the limits, on a busy machine as well."""


@pytest.mark.parametrize("cause", ["hang", "fuel"])
def test_messages_win_nothing_but_refuelling_does(wall: Sandbox, cause: str) -> None:
    limits = Limits(fuel=10**15, wall_seconds=1.5)
    if cause == "fuel":
        limits = Limits(fuel=max(4 * 10**9, little(wall)), wall_seconds=60)
    session = wall.start("", limits, seed=0, now=0.0)
    event, messages = session.event, 0
    while isinstance(event, Message):
        event, messages = session.resume(WORK, now=0.0, refuel=False), messages + 1
    assert event.cause == cause
    assert messages > 3
    session = wall.start("", limits, seed=0, now=0.0)
    for _ in range(messages + messages // 3):
        text(session.resume(WORK, now=0.0))
    session.close()


def test_lives_are_many_and_know_nothing_of_each_other(wall: Sandbox) -> None:
    sessions = [wall.start(str(n), Limits(), seed=n, now=0.0) for n in range(5)]
    assert [text(s.event) for s in sessions] == [f"hello {n}" for n in range(5)]
    for n, session in enumerate(sessions):
        session.resume(f"setattr(__import__('sys'), 'mark', {n})", now=0.0)
    ended(sessions[0].resume("__import__('os').abort()", now=0.0))
    marks = [text(s.resume("__import__('sys').mark", now=0.0)) for s in sessions[1:]]
    assert marks == ["1", "2", "3", "4"]
    for session in sessions:
        session.close()
    assert text(said(wall, "hasattr(__import__('sys'), 'mark')")) == "False"


def test_lives_can_be_driven_from_many_threads(wall: Sandbox) -> None:
    answers: list[str] = []

    def live(n: int) -> None:
        answers.append(text(said(wall, "1", f"{n} * sum(range(10**5))")))

    threads = [threading.Thread(target=live, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, answers)) == [n * sum(range(10**5)) for n in range(8)]


def test_a_computing_guest_can_be_closed_from_elsewhere(wall: Sandbox) -> None:
    """As a signal handler does that ends a run."""
    session = wall.start("", Limits(wall_seconds=20), seed=0, now=0.0)
    timer = threading.Timer(0.3, wall.close)
    timer.start()
    assert ended(session.resume(ENDLESS, now=0.0)).cause in ("worker", "returned")
    session.close()
    timer.join()
    assert text(said(wall, "1")) == "1"


@pytest.mark.parametrize("wall", ["wasm", "process"], indirect=True)
def test_workers_die_with_their_host(wall: Sandbox) -> None:
    code = (
        "import os, signal, sys, threading, psutil\n"
        "from tests.sandbox.test_contract import *\n"
        "from tests.waiting import named, soon\n"
        "from tests.walls import opened\n"
        f"wall = opened({wall.name!r}, EVALUATOR)\n"
        "idle, busy = (wall.start('', Limits(), seed=0, now=0.0) for _ in range(2))\n"
        "threading.Thread(target=busy.resume, args=(ENDLESS,), kwargs={'now': 0.0}).start()\n"
        "family = psutil.Process().children(recursive=True)\n"
        "used = lambda: sum(sum(each.cpu_times()[:2]) for each in family)\n"
        "before = used()\n"
        "assert soon(lambda: used() > before + 0.2)\n"
        "print(*(named(each.pid) for each in family), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    processes = done.stdout.split()
    assert processes
    assert gone(processes)
