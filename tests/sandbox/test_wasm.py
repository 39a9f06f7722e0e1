"""The wall's contract, with a guest that evaluates whatever the host replies."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.limits import Limits
from sandbox.session import End, Guest, Message, SandboxError
from sandbox.wasm import WasmSandbox
from sandbox.wasm.build import cached_build

EVALUATOR = Guest(
    modules={
        "evaluator": """
def main(argument, host):
    reply = host("hello " + argument)
    while reply != "return":
        try:
            reply = host(str(eval(reply)))
        except Exception as error:
            reply = host(repr(error))
    return "returned"
"""
    },
    entry="evaluator:main",
    preload=("os", "random", "sys", "time"),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[WasmSandbox]:
    wall = WasmSandbox(EVALUATOR, lives_per_worker=3)
    yield wall
    wall.close()


def start(sandbox: WasmSandbox, *, seed: int = 0, **limits: float) -> object:
    return sandbox.start("you", Limits(**limits), seed=seed, now=1000.0)  # type: ignore[arg-type]


def said(sandbox: WasmSandbox, expression: str, **limits: float) -> Message | End:
    session = sandbox.start("you", Limits(**limits), seed=0, now=1000.0)  # type: ignore[arg-type]
    try:
        return session.resume(expression, now=1001.0)
    finally:
        session.close()


def text(event: Message | End) -> str:
    assert isinstance(event, Message), event
    return event.text


def test_a_guest_speaks_and_returns(sandbox: WasmSandbox) -> None:
    session = sandbox.start("you", Limits(), seed=0, now=0.0)
    assert text(session.event) == "hello you"
    assert text(session.resume("1 + 1", now=0.0)) == "2"
    end = session.resume("return", now=0.0)
    assert isinstance(end, End)
    assert (end.cause, end.detail) == ("returned", "returned")
    with pytest.raises(SandboxError, match="has ended"):
        session.resume("1", now=0.0)


@pytest.mark.parametrize(
    ("expression", "limits", "cause"),
    [
        ("sum(range(10**12))", {"fuel": 10**8}, "fuel"),
        ("sum(range(10**12))", {"fuel": 10**15, "wall_seconds": 0.2}, "hang"),
        ("10 ** 10 ** 8", {"fuel": 10**9}, "fuel"),
        ("'x' * 500_000", {"output_bytes": 4000}, "output"),
        ("__import__('os').abort()", {}, "trap"),
        ("__import__('os')._exit(0)", {}, "trap"),
        ("__import__('os').write(1, b'forged')", {}, "trap"),
        ("__import__('sys').stdin.read()", {}, "trap"),
        ("eval('-' * 100_000 + '1')", {}, "trap"),
    ],
)
def test_limits_and_traps_end_a_guest(
    sandbox: WasmSandbox, expression: str, limits: dict[str, float], cause: str
) -> None:
    end = said(sandbox, expression, **limits)
    assert isinstance(end, End)
    assert end.cause == cause
    assert text(said(sandbox, "1 + 1")) == "2"


def test_memory_is_bounded_and_its_error_can_be_caught(sandbox: WasmSandbox) -> None:
    assert text(said(sandbox, "len(bytearray(10**9))")) == "MemoryError()"
    assert text(said(sandbox, "len(bytearray(10**8))", memory_mb=256)) == "100000000"


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("open('/etc/passwd')", "FileNotFoundError"),
        ("open('/tmp/x', 'w')", "FileNotFoundError"),
        ("__import__('os').listdir('/')", "FileNotFoundError"),
        ("__import__('socket')", "ModuleNotFoundError"),
        ("__import__('ctypes')", "ModuleNotFoundError"),
        ("__import__('os').fork()", "AttributeError"),
        ("__import__('_thread').start_new_thread(print, ())", "RuntimeError"),
    ],
)
def test_there_is_nothing_outside(sandbox: WasmSandbox, expression: str, error: str) -> None:
    assert text(said(sandbox, expression)).startswith(error)


def test_the_environment_is_empty(sandbox: WasmSandbox) -> None:
    assert text(said(sandbox, "dict(__import__('os').environ)")) == "{}"


def test_chance_and_time_come_from_the_host(sandbox: WasmSandbox) -> None:
    expression = "(__import__('os').urandom(8), __import__('time').time_ns(), hash('a'))"

    def once(seed: int) -> str:
        session = sandbox.start("", Limits(), seed=seed, now=5.0)
        try:
            return text(session.resume(expression, now=9.0))
        finally:
            session.close()

    assert once(1) == once(1)
    assert once(1) != once(2)
    assert "9001000000" in once(1)


def test_sleeping_moves_the_clock_and_costs_no_time(sandbox: WasmSandbox) -> None:
    session = sandbox.start("", Limits(wall_seconds=1.0), seed=0, now=0.0)
    started = time.monotonic()
    assert text(session.resume("__import__('time').sleep(10**6)", now=0.0)) == "None"
    assert text(session.resume("round(__import__('time').time(), -1)", now=0.0)) == "1000000.0"
    assert time.monotonic() - started < 1.0
    session.close()


def test_waiting_for_the_host_counts_against_nothing(sandbox: WasmSandbox) -> None:
    session = sandbox.start("", Limits(wall_seconds=0.2), seed=0, now=0.0)
    time.sleep(0.5)
    assert text(session.resume("1", now=0.0)) == "1"
    session.close()


def test_fuel_is_counted_from_the_last_refill(sandbox: WasmSandbox) -> None:
    session = sandbox.start("", Limits(), seed=0, now=0.0)
    first = session.resume("sum(range(10000))", now=0.0)
    second = session.resume("1", now=0.0, refuel=False)
    third = session.resume("1", now=0.0)
    assert first.fuel is not None
    assert second.fuel is not None
    assert third.fuel is not None
    assert second.fuel > first.fuel > third.fuel
    session.close()


def test_lives_share_workers_and_leave_them(sandbox: WasmSandbox) -> None:
    sessions = [sandbox.start(str(n), Limits(), seed=0, now=0.0) for n in range(7)]
    assert len(sandbox.workers()) == 3
    assert [text(s.event) for s in sessions] == [f"hello {n}" for n in range(7)]
    for session in sessions:
        session.close()


def test_a_killed_worker_ends_its_guests_and_no_others() -> None:
    with_two = WasmSandbox(EVALUATOR, lives_per_worker=1)
    try:
        first, second = (with_two.start("", Limits(), seed=0, now=0.0) for _ in range(2))
        os.kill(with_two.workers()[0], signal.SIGKILL)
        end = first.resume("1", now=0.0)
        assert isinstance(end, End)
        assert end.cause == "worker"
        assert text(second.resume("1", now=0.0)) == "1"
        assert text(with_two.start("", Limits(), seed=0, now=0.0).event) == "hello "
    finally:
        with_two.close()


def test_a_stopped_worker_is_a_hang_and_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = WasmSandbox(EVALUATOR)
    try:
        session = wall.start("", Limits(wall_seconds=0.2), seed=0, now=0.0)
        monkeypatch.setattr(session, "_patience", 0.5)
        (pid,) = wall.workers()
        os.kill(pid, signal.SIGSTOP)
        end = session.resume("1", now=0.0)
        assert isinstance(end, End)
        assert end.cause == "hang"
        assert wall.workers() == []
    finally:
        wall.close()


def test_workers_die_with_their_host() -> None:
    code = (
        "from tests.sandbox.test_wasm import *\n"
        "wall = WasmSandbox(EVALUATOR)\n"
        "session = wall.start('', Limits(), seed=0, now=0.0)\n"
        "print(wall.workers()[0], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False
    )
    pid = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)
    pytest.fail(f"worker {pid} outlived its host")


def test_the_cache_is_built_once_and_again_when_corrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lines: list[str] = []
    builds = []

    def build() -> None:
        builds.append(cached_build(EVALUATOR, lines.append))

    both = [threading.Thread(target=build) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(lines) == 2, "two at once build once"
    assert builds[0] == builds[1]
    whole = builds[0].compiled.read_bytes()
    builds[0].compiled.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    build()
    assert len(lines) == 4, "a flipped bit is noticed"


def test_a_full_disk_is_told_and_leaves_no_half_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(component: Path) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sandbox.wasm.worker.compile_component", full)
    with pytest.raises(SandboxError, match="no space left"):
        cached_build(EVALUATOR)
    left = [file.name for file in tmp_path.rglob("*") if file.is_file()]
    assert [name.rpartition(".")[2] for name in left] == ["lock"]


def test_a_build_that_does_not_load_is_told_and_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sandbox.wasm.worker.compile_component", lambda component: b"junk")
    wall = WasmSandbox(EVALUATOR)
    try:
        with pytest.raises(SandboxError, match="does not load here"):
            wall.start("", Limits(), seed=0, now=0.0)
    finally:
        wall.close()
    assert not list(tmp_path.rglob("*.json"))


def test_messages_do_not_win_time(sandbox: WasmSandbox) -> None:
    session = sandbox.start("", Limits(fuel=10**15, wall_seconds=0.4), seed=0, now=0.0)
    started = time.monotonic()
    event = session.event
    while isinstance(event, Message):
        event = session.resume("sum(range(10**6))", now=0.0, refuel=False)
    assert event.cause == "hang"
    assert time.monotonic() - started < 5
    session.close()


def test_a_cache_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        WasmSandbox(EVALUATOR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fuel": 0},
        {"fuel": 1 << 64},
        {"memory_mb": 1},
        {"wall_seconds": 0.0},
        {"wall_seconds": 1e10},
        {"output_bytes": 0},
    ],
)
def test_impossible_limits_are_refused(wrong: dict[str, int]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Limits(**wrong)
