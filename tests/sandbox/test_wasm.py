"""The WebAssembly wall: fuel, workers, builds; what it promises as any wall is in the contract."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.limits import Limits
from sandbox.session import End, Guest, SandboxError
from sandbox.wasm import WasmSandbox
from sandbox.wasm.build import COMPILED, cached_build
from tests.sandbox.guests import EVALUATOR, said, text
from tests.sandbox.lacking import LAYERS, on_a_host_without
from tests.walls import needed


@pytest.fixture(scope="module")
def sandbox() -> Iterator[WasmSandbox]:
    wall = WasmSandbox(EVALUATOR, lives_per_worker=3)
    yield wall
    wall.close()


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').write(1, b'forged')",
        "__import__('sys').stdin.read()",
        "eval('-' * 100_000 + '1')",
    ],
)
def test_what_the_engine_traps_ends_a_guest(sandbox: WasmSandbox, expression: str) -> None:
    end = said(sandbox, expression)
    assert isinstance(end, End)
    assert end.cause == "trap"
    assert text(said(sandbox, "1 + 1")) == "2"


def test_a_guest_that_is_closed_meanwhile_is_not_another_ones_end(sandbox: WasmSandbox) -> None:
    for _ in range(100):
        closed, trapped = (sandbox.start("", Limits(), seed=0, now=0.0) for _ in range(2))
        closed.close()
        end = trapped.resume("__import__('sys').stdin.read()", now=0.0)
        assert isinstance(end, End)
        assert end.cause == "trap"
        assert "wasi:cli/stdin" in end.detail


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


def test_lives_share_workers_and_leave_them() -> None:
    sandbox = WasmSandbox(EVALUATOR, lives_per_worker=3)  # nobody is still leaving this one
    try:
        sessions = [sandbox.start(str(n), Limits(), seed=0, now=0.0) for n in range(7)]
        assert len(sandbox.workers()) == 3
        assert [text(s.event) for s in sessions] == [f"hello {n}" for n in range(7)]
        for session in sessions:
            session.close()
        text(sandbox.start("", Limits(), seed=0, now=0.0).event)
        assert len(sandbox.workers()) == 3
    finally:
        sandbox.close()


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
        session = wall.start("", Limits(), seed=0, now=0.0)
        monkeypatch.setattr(session, "_patience", 0.5)
        (pid,) = wall.workers()
        os.kill(pid, signal.SIGSTOP)
        end = session.resume("1", now=0.0)
        assert isinstance(end, End)
        assert end.cause == "hang"
        assert wall.workers() == []
    finally:
        wall.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel bounds workers on Linux alone")
@pytest.mark.parametrize("room_mb", [30, 20, 16, 10, 1, 0])
def test_a_guest_that_finds_no_memory_has_not_died(
    monkeypatch: pytest.MonkeyPatch, room_mb: int
) -> None:
    """It is the host that lacks it: a run can be taken up again where there is more."""
    wall = WasmSandbox(EVALUATOR)
    try:
        with monkeypatch.context() as short:
            short.setattr("sandbox.wasm.wall.memory_mb", lambda *_: room_mb)
            end = wall.start("", Limits(), seed=0, now=0.0).event
        assert isinstance(end, End)
        assert end.cause == "worker"
        assert text(wall.start("", Limits(), seed=0, now=0.0).event) == "hello "
    finally:
        wall.close()


@pytest.mark.parametrize("error", [errno.EAGAIN, errno.ENOMEM, errno.EMFILE])
def test_a_worker_that_cannot_be_started_is_told(
    sandbox: WasmSandbox, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    wall = WasmSandbox(EVALUATOR)
    monkeypatch.setattr("sandbox.jail.enclosure.subprocess.Popen", refuse)
    with pytest.raises(SandboxError, match=os.strerror(error)):
        wall.start("", Limits(), seed=0, now=0.0)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are jailed on Linux alone")
@pytest.mark.parametrize("layers", [*((layer,) for layer in LAYERS), LAYERS])
def test_the_wall_stands_without_a_jail_and_says_what_is_missing(layers: tuple[str, ...]) -> None:
    needed("process", "pyseccomp")
    code = (
        "wall = WasmSandbox(EVALUATOR, progress=print)\n"
        "print(text(wall.start('you', Limits(), seed=0, now=0.0).event))\n"
        "print(wall.layers)\n"
        "wall.close()"
    )
    said, hello, standing = on_a_host_without(layers, code).splitlines()
    assert hello == "hello you"
    assert said == f"behind WebAssembly, guests are {standing}"
    holds, missing = standing.split("; missing: ")
    assert [layer for layer in LAYERS if layer in holds] == [e for e in LAYERS if e not in layers]
    assert [layer for layer in LAYERS if f"{layer} (" in missing] == [*layers]


def test_a_system_without_jails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.jail.bare.sys.platform", "plan9")
    told: list[str] = []
    wall = WasmSandbox(EVALUATOR, progress=told.append)
    try:
        session = wall.start("you", Limits(), seed=0, now=0.0)
        assert text(session.resume("1 + 1", now=0.0)) == "2"
        session.close()
        assert text(wall.start("you", Limits(), seed=0, now=0.0).event) == "hello you"
    finally:
        wall.close()
    assert told == [f"behind WebAssembly, guests are {wall.layers}"]
    assert "in no jail" in wall.layers
    assert "plan9" in wall.layers


def test_a_worker_of_its_own_ends_with_its_life() -> None:
    wall = WasmSandbox(EVALUATOR)
    try:
        first, second = (wall.start("", Limits(), seed=0, now=0.0) for _ in range(2))
        one, other = wall.workers()[:2]
        first.close()
        assert wall.workers()[0] == other
        text(second.resume("1", now=0.0))
        assert text(wall.start("", Limits(), seed=0, now=0.0).event) == "hello "
        assert one not in wall.workers()
    finally:
        wall.close()


@pytest.mark.slow
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
    compiled = builds[0].files / COMPILED
    whole = compiled.read_bytes()
    compiled.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    build()
    assert len(lines) == 4, "a flipped bit is noticed"


@pytest.mark.slow
def test_a_full_disk_is_told_and_leaves_no_half_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(component: Path) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sandbox.wasm.inside.engine.compile_component", full)
    with pytest.raises(SandboxError, match="no space left"):
        cached_build(EVALUATOR)
    left = [file.name for file in tmp_path.rglob("*") if file.is_file()]
    assert [name.rpartition(".")[2] for name in left] == ["lock"]


@pytest.mark.parametrize("what", ["No space left on device (os error 28)", "Disk quota exceeded"])
def test_a_disk_that_is_full_for_the_tools_is_told_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    script = f"import sys; sys.exit('AssertionError: {what}')"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sandbox.wasm.build.COMPONENTIZE", script)
    with pytest.raises(SandboxError, match="no space left in .* it needs about 150 MB"):
        cached_build(EVALUATOR)


@pytest.mark.slow
def test_a_build_that_does_not_load_is_told_and_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sandbox.wasm.inside.engine.compile_component", lambda component: b"junk")
    wall = WasmSandbox(EVALUATOR)
    try:
        with pytest.raises(SandboxError, match="does not load here"):
            wall.start("", Limits(), seed=0, now=0.0)
    finally:
        wall.close()
    assert not list(tmp_path.rglob("*.json"))


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


@pytest.mark.slow
def test_what_is_installed_beside_the_python_on_the_path_hides_nothing_of_a_guest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where autoagent is installed itself: a package there has a module of the guest's name."""
    (tmp_path / "site-packages" / "strangers").mkdir(parents=True)
    (tmp_path / "site-packages" / "strangers" / "__init__.py").touch()
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\necho {tmp_path / 'site-packages'}\n")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = "def main(argument, host):\n    return argument\n"
    guest = Guest(modules={"strangers.guest": source}, entry="strangers.guest:main")
    assert (cached_build(guest, speaks=False).files / COMPILED).exists()
