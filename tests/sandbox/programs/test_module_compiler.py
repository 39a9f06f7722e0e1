"""Modules that take too much to compile are refused, and nobody else is for it."""

import os
import signal
import threading
from collections.abc import Iterator

import psutil
import pytest

from sandbox.programs import module_compiler
from sandbox.programs.module_compiler import ModuleCompiler
from sandbox.programs.wasm_runner import supply_of_workers
from sandbox.session import SandboxError


@pytest.fixture
def engine() -> Iterator[ModuleCompiler]:
    supply = supply_of_workers()
    compiler = ModuleCompiler(supply)
    yield compiler
    compiler.close()
    supply.close()


def number(value: int) -> bytes:
    """A number as WebAssembly writes it."""
    last = value < 0x80
    return bytes([value]) if last else bytes([value & 0x7F | 0x80]) + number(value >> 7)


def section(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + number(len(content)) + content


def module(branches: int) -> bytes:
    """A module of one function that branches so often."""
    code = b"\0\x02\x40" + b"\x20\0\x0d\0" * branches + b"\x0b\x0b"
    kind = section(1, b"\1\x60\1\x7f\0") + section(3, b"\1\0")
    return b"\0asm\1\0\0\0" + kind + section(10, b"\1" + number(len(code)) + code)


def test_a_function_of_very_many_branches_is_too_large(
    engine: ModuleCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_compiler, "CPU_SECONDS", 1)
    assert "it is too large" in str(engine.compile(module(1_200_000), quick=True))
    assert isinstance(engine.compile(module(10), quick=True), bytes)


def test_what_takes_too_much_memory_is_too_large(
    engine: ModuleCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_compiler, "MEMORY_MB", 64)
    assert engine.compile(module(1_200_000), quick=True) == (
        "the engine cannot compile the module with 768 MB: it is too large"
    )


def test_the_time_of_earlier_modules_does_not_count(
    engine: ModuleCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_compiler, "CPU_SECONDS", 2)
    first = engine.compile(module(5_000), quick=True)
    (worker,) = engine._workers.workers()
    while sum(psutil.Process(worker).cpu_times()[:2]) < 4:
        assert engine.compile(module(5_000), quick=True) == first
    assert engine._workers.workers() == [worker]


def test_nothing_is_left_of_a_large_module(engine: ModuleCompiler) -> None:
    padding = section(0, b"\1x" + bytes(module_compiler.LARGE))
    assert isinstance(engine.compile(module(10) + padding, quick=True), bytes)
    assert engine._workers.workers() == []


def test_what_is_no_module_is_refused(engine: ModuleCompiler) -> None:
    assert "unexpected end" in str(engine.compile(module(1)[:-3], quick=True))


def test_a_worker_that_is_killed_from_outside_is_no_fault_of_the_module(
    engine: ModuleCompiler,
) -> None:
    engine.compile(module(1), quick=True)
    (worker,) = engine._workers.workers()
    os.kill(worker, signal.SIGSTOP)  # it cannot be done before it is killed
    killer = threading.Timer(0.2, os.kill, (worker, signal.SIGKILL))
    killer.start()
    assert isinstance(engine.compile(module(1), quick=True), bytes)
    killer.join()
    assert engine._workers.workers() != [worker]


def test_a_machine_that_is_too_busy_is_no_verdict(
    engine: ModuleCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_compiler, "PATIENCE_SECONDS", 0.001)
    with pytest.raises(SandboxError, match="compiles nothing here"):
        engine.compile(module(10_000), quick=True)
