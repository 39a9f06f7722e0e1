"""Measure programs: how fast untrusted sources are compiled and run, beside what that costs bare.

All sides take turns in one run, and each figure is a median. Bare means the same compiler and the
same calls of wasmtime in this process, with no jail, no worker, no limit on output and no cache;
bare interpreters are plain child processes.

    python -m benchmarks.programs
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from wasmtime import Config, Engine, ExitTrap, Linker, Module, Store, WasiConfig

from sandbox.cache import Cache
from sandbox.limits import Limits
from sandbox.programs import CompileError, Language, Program
from sandbox.programs.c import C
from sandbox.programs.compilers.compiler import MODULE, SOURCE
from sandbox.programs.compilers.jailed import JailedCompiler, Toolchain, clang, how_to_install, zig
from sandbox.programs.javascript import JavaScript, find_node
from sandbox.programs.python import PythonSource, PythonTarget

Figures = Iterator[tuple[str, float]]

C_SOURCE = """\
#include <stdio.h>
int main(void) {{
    long n = {seed}, x;
    while (scanf("%ld", &x) == 1) n = n * 31 + x;
    printf("%ld\\n", n);
}}
"""
JAVASCRIPT = "const fs = require('fs'); fs.writeSync(1, fs.readFileSync(0)); // {seed}"
PYTHON = "import sys\nsys.stdout.write(sys.stdin.read())  # {seed}"
INPUTS = [b" ".join(b"%d" % (n * k) for k in range(50)) for n in range(8)]
LIMITS = Limits(fuel=10**9, memory_mb=64, wall_seconds=10, output_bytes=1 << 16)


class Bare:
    """The same compiler and engine, called directly."""

    def __init__(self, toolchain: Toolchain, folder: Path) -> None:
        self.folder = folder
        self.commands = [
            [_outside(word, toolchain) for word in command] for command in toolchain.commands
        ]
        self.engine = _engine("speed")
        self.linker = Linker(self.engine)
        self.linker.define_wasi()

    def compile(self, source: str) -> bytes:
        """Return a source as a WebAssembly module."""
        (self.folder / SOURCE).write_text(source)
        for command in self.commands:
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / MODULE).read_bytes()

    def translate(self, module: bytes) -> Any:
        """Return a module as native code."""
        return Module(self.engine, module)

    def run(self, module: Any) -> None:
        """Run native code on all inputs."""
        for stdin in INPUTS:
            file = os.memfd_create("stdin")
            os.write(file, stdin)
            os.lseek(file, 0, os.SEEK_SET)
            wasi = WasiConfig()
            wasi.stdin_file = f"/proc/self/fd/{file}"
            wasi.stdout_file = str(self.folder / "stdout")
            store = Store(self.engine)
            store.set_wasi(wasi)
            store.set_fuel(LIMITS.fuel)
            store.set_epoch_deadline(1000)
            store.set_limits(LIMITS.memory_mb << 20)
            with suppress(ExitTrap):
                self.linker.instantiate(store, module).exports(store)["_start"](store)
            (self.folder / "stdout").read_bytes()
            os.close(file)
            store.close()


def _engine(optimised_for: str) -> Engine:
    config = Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    config.cranelift_opt_level = optimised_for
    return Engine(config)


def _outside(word: str, toolchain: Toolchain) -> str:
    """Translate a path of the jail."""
    for inside, outside in toolchain.files.items():
        if word == inside or word.startswith(inside + "/"):
            return str(outside) + word.removeprefix(inside)
    return word


def find_toolchain() -> Toolchain:
    """Return the compiler that runs in the jail."""
    found = zig(print) or clang()
    if found is None:
        sys.exit(f"there is no C compiler to measure; install one with: {how_to_install()}")
    return found


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def compiled(language: Language, source: str) -> Program:
    program = language.compile(source)
    assert not isinstance(program, CompileError), program.text
    return program


def c_side(language: Language, bare: Bare, seed: int) -> Figures:
    """Compile a source that nobody compiled before, and run it on all inputs; both ways."""
    source, program, modules = C_SOURCE.format(seed=seed), [], []
    yield "C: compile", milliseconds(lambda: program.append(compiled(language, source)))
    yield "C: run 8 inputs", milliseconds(lambda: program[0].run(INPUTS, LIMITS))
    yield "C: compile again, cached", milliseconds(lambda: compiled(language, source))
    yield (
        "C: compile, bare",
        milliseconds(lambda: modules.append(bare.translate(bare.compile(source)))),
    )
    yield "C: run 8 inputs, bare", milliseconds(lambda: bare.run(modules[0]))


def stages(bare: Bare, engines: dict[str, Engine]) -> Figures:
    """Take the time of each stage of the last compilation by itself, without a wall."""
    for command in bare.commands:
        name = next(word for word in ("clang", "wasm-ld") if word in " ".join(command[:2]))
        action = partial(subprocess.run, command, cwd=bare.folder, check=True, capture_output=True)
        yield f"of it {name}", milliseconds(action)
    module = (bare.folder / MODULE).read_bytes()
    for level, engine in engines.items():
        yield f"of it wasmtime, level {level}", milliseconds(partial(Module, engine, module))


def interpreted_side(language: Language, source: str, command: list[str], seed: int) -> Figures:
    """Run a source once in the jail, and once as a plain child process."""
    program = compiled(language, source.format(seed=seed))
    name = f"{language.name}: one run"
    yield name, milliseconds(lambda: program.run(INPUTS[:1], LIMITS))
    plain = [*command, source.format(seed=seed)]
    child = partial(subprocess.run, plain, input=INPUTS[0], capture_output=True, check=True)
    yield f"{name}, bare", milliseconds(child)


def target_side(language: Language, seed: int) -> Figures:
    """Run Python behind the WebAssembly wall."""
    program = compiled(language, PYTHON.format(seed=seed))
    yield "python as a target: one run", milliseconds(lambda: program.run(INPUTS[:1], LIMITS))


def measure(rounds: int) -> dict[str, float]:
    """Let all sides take turns, and return the medians."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        toolchain = find_toolchain()
        bare = Bare(toolchain, Path(scratch))
        c = C(compiler=JailedCompiler(toolchain), cache=Cache(Path(scratch) / "cache", needs_mb=1))
        languages = (c, JavaScript(), PythonSource(), PythonTarget(progress=print))
        for each in languages:
            stack.callback(each.close)
        engines = {level: _engine(level) for level in ("speed", "none")}
        seed = time.time_ns() % 10**9
        for number in range(rounds + 1):
            for name, spent in chain(
                c_side(c, bare, seed + number),
                stages(bare, engines),
                interpreted_side(languages[1], JAVASCRIPT, [str(find_node()), "-e"], seed + number),
                interpreted_side(languages[2], PYTHON, [sys.executable, "-S", "-c"], seed + number),
                target_side(languages[3], seed + number),
            ):
                if number:  # the first round warms all up
                    times[name].append(spent)
    return {name: statistics.median(each) for name, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    figures = measure(parser.parse_args().rounds)
    for suffix in ("", ", bare"):
        both = figures[f"C: compile{suffix}"] + figures[f"C: run 8 inputs{suffix}"]
        figures[f"C: compile and run 8 inputs{suffix}"] = both
    for name, spent in figures.items():
        if name.endswith(", bare"):
            continue
        bare = figures.get(f"{name}, bare")
        beside = f"   bare {bare:8.2f} ms   {spent / bare:5.2f} x" if bare else ""
        print(f"{name:32} {spent:8.2f} ms {1000 / spent:8.1f} /s{beside}")


if __name__ == "__main__":
    main()
