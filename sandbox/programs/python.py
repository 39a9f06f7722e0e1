"""Python, twice: run by this machine's CPython in the jail, or behind the WebAssembly wall."""

from __future__ import annotations

import json
import re
import sys
import sysconfig
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.cache import Cache, user_cache
from sandbox.limits import Limits
from sandbox.programs.interpreted import (
    CHECK_LIMITS,
    InterpretedLanguage,
    Interpreter,
    objects_of_libraries,
    shared_objects,
)
from sandbox.programs.program import CompileError, Program, Run
from sandbox.session import End, EndCause, Guest, Message
from sandbox.wasm import SHARING, WasmSandbox

OPTIONS = ("-s", "-S", "-P", "-B")
"""No packages, no startup files, nothing written."""
PACKAGES = ("site-packages", "dist-packages")
CHECK = """import sys
sys.tracebacklimit = 0
compile(open("program.py", "rb").read(), "program.py", "exec")
"""
MEMORY_MB = 16
MAPPED_MB = 128
"""Its libraries, and the address space that the C library sets aside for a thread's memory."""


def this_python() -> Path:
    """Return this machine's interpreter, of which a virtual environment is only a copy."""
    return Path(sys._base_executable).resolve()  # type: ignore[attr-defined]


def python_command() -> list[str]:
    """Return how this interpreter is begun in the jail."""
    return [str(this_python()), *OPTIONS]


def python_files() -> dict[str, Path]:
    """Return what this interpreter consists of, by path in the jail: itself, no packages."""
    program = this_python()
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    names = ("stdlib", "platstdlib")
    library = {sysconfig.get_path(name, vars=base) for name in names}
    extensions = [file for each in library for file in Path(each).glob("lib-dynload/*.so")]
    folders = [Path(each, name) for each in library for name in PACKAGES]
    cache = Cache(user_cache("programs/nothing"), needs_mb=1)
    nothing = cache.get_or_build("nothing", lambda folder: None).files
    return {
        str(program): program,
        **{each: Path(each) for each in library},
        **{str(each): nothing for each in folders if each.is_dir()},
        **shared_objects(program),
        **objects_of_libraries(program, extensions),
    }


class PythonSource(InterpretedLanguage):
    """Python at full speed, in the jail.

    Args:
        seed: Is not used: what a program does not seed itself cannot be seeded from outside.
    """

    name = "python"
    title = "Python"
    suffixes = (".py",)
    hello = 'print("hello")\n'

    def __init__(self, seed: int = 1) -> None:
        command = python_command()
        super().__init__(
            Interpreter(
                files=python_files(),
                check=[*command, "-c", CHECK],
                command=lambda limits: [*command, "program.py"],
                threads=4,
                memory_mb=MEMORY_MB,
                mapped_mb=MAPPED_MB,
                out_of_memory=re.compile(rb"^MemoryError", re.MULTILINE),
            )
        )


GUEST = Guest(
    modules={"runner": (Path(__file__).parent / "inside" / "runner.py").read_text()},
    entry="runner:main",
    preload=(
        "bisect", "collections", "copy", "decimal", "enum", "fractions", "functools", "heapq",
        "io", "itertools", "json", "math", "operator", "random", "re", "statistics", "string",
        "struct", "sys", "textwrap", "time", "traceback", "typing",
    ),
)  # fmt: skip
"""Executes a program; it has the modules that programs use, and no others to import."""

CAUSES: dict[EndCause, Any] = {"protocol": "trap"}
"""Ends of guests that mean something else for programs."""


class PythonTarget:
    """Python behind the WebAssembly wall, its CPU counted in fuel.

    Args:
        progress: Told a line before each slow stage of a first build.

    Raises:
        SandboxError: The guest cannot be built.
    """

    name = "python"
    title = "Python"
    suffixes = (".py",)
    hello = 'print("hello")\n'

    def __init__(self, *, progress: Callable[[str], None] = lambda line: None) -> None:
        self._wall = WasmSandbox(GUEST, lives_per_worker=SHARING, progress=progress, speaks=False)

    def compile(self, source: str) -> Program | CompileError:
        """Check a source's syntax (see `sandbox.programs.program.Language.compile`)."""
        run = execute(self._wall, {"source": source, "check": True}, CHECK_LIMITS)
        if run.status != "ok":
            told = run.stderr.decode(errors="replace") or f"{run.detail}\n"
            return CompileError(told, stopped=run.status != "exit")
        return _PythonProgram(self._wall, source)

    def close(self) -> None:
        """End every process that runs programs."""
        self._wall.close()


class _PythonProgram:
    warnings = ""

    def __init__(self, wall: WasmSandbox, source: str) -> None:
        self._wall, self._source = wall, source

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        return [self._run(stdin, limits) for stdin in inputs]

    def _run(self, stdin: bytes, limits: Limits) -> Run:
        words = {"source": self._source, "stdin": b64encode(stdin).decode()}
        return execute(self._wall, words, limits)


def execute(wall: WasmSandbox, words: dict[str, Any], limits: Limits) -> Run:
    """Have a fresh guest do something with a source."""
    argument = json.dumps({**words, "output_bytes": limits.output_bytes})
    # What it wrote comes back as base64 in its last word.
    room = replace(limits, output_bytes=2 * limits.output_bytes + 4096)
    session = wall.start(argument, room, seed=0, now=1e9)
    try:
        return _judged(session.event, limits.output_bytes)
    finally:
        session.close()


def _judged(event: Message | End, output_bytes: int) -> Run:
    """Read a guest's last word, which is a stranger's: it may have any shape."""
    if isinstance(event, Message):
        return Run("trap", b"", b"", event.fuel, "it said something before its end")
    if event.cause != "returned":
        return Run(CAUSES.get(event.cause, event.cause), b"", b"", event.fuel, event.detail)
    try:
        status, detail, *written = json.loads(event.detail)
        stdout, stderr = (b64decode(each)[:output_bytes] for each in written)
        if status not in ("ok", "exit", "memory", "output"):
            raise ValueError(status)
    except (ValueError, TypeError, RecursionError) as error:
        detail = f"its last word is none: {error}"
        return Run("trap", b"", b"", event.fuel, _printable(detail))
    return Run(status, stdout, stderr, event.fuel, _printable(detail))


def _printable(detail: object) -> str:
    """Cut what a stranger says to a few words that any stream can take."""
    return str(detail)[:1000].encode(errors="replace").decode()
