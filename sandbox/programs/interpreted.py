"""Sources that an interpreter of this machine runs, in the jail."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.limits import Limits
from sandbox.programs.jobs import Job, JobRunner
from sandbox.programs.program import CompileError, Run

ENVIRONMENT = {"TZ": "UTC", "LANG": "C.UTF-8", "HOME": "/", "PYTHONHASHSEED": "0"}
CHECK_LIMITS = Limits(fuel=10**11, memory_mb=512, wall_seconds=20, output_bytes=1 << 20)
LARGEST_SOURCE_MB = 4
ASKED_AT_ONCE = 200
LINKED = re.compile(r"(?:(\S+) => )?(/\S+) \(0x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An interpreter of this machine.

    Attributes:
        files: What it consists of, by path in the jail.
        check: The command that says whether a source is a program at all.
        command: Gives the command that runs a source under some limits.
        threads: How many threads it may have.
        memory_mb: What it takes for itself before it runs anything, as the kernel counts.
        mapped_mb: See `sandbox.programs.jobs.Job`.
        out_of_memory: What it says when it dies for want of memory.
    """

    files: Mapping[str, Path]
    check: Sequence[str]
    command: Callable[[Limits], Sequence[str]]
    threads: int
    memory_mb: int
    mapped_mb: int
    out_of_memory: re.Pattern[bytes]


class InterpretedLanguage:
    """A language of sources for an interpreter.

    Args:
        interpreter: What runs them.

    Attributes:
        name: The language's name.
        suffixes: Of its source files, with the dot; the usual one comes first.
    """

    name: str
    suffixes: tuple[str, ...]

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._jobs = JobRunner(interpreter.files, ENVIRONMENT)

    def compile(self, source: str) -> InterpretedProgram | CompileError:
        """Check a source's syntax (see `sandbox.programs.program.Language.compile`)."""
        data = source.encode("utf-8", "replace")
        if len(data) > LARGEST_SOURCE_MB << 20:
            return CompileError(f"a source of {len(data)} bytes is longer than any that is run")
        program = InterpretedProgram(
            self._jobs, self._interpreter, f"program{self.suffixes[0]}", data
        )
        run = program.run_command(self._interpreter.check, b"", CHECK_LIMITS)
        if run.status == "ok":
            return program
        return CompileError(run.stderr.decode(errors="replace") or f"{run.detail}\n")

    def close(self) -> None:
        """End every process that runs programs."""
        self._jobs.close()

    def launcher(self) -> int | None:
        """Process id of what starts the programs, if it runs."""
        return self._jobs.launcher()


class InterpretedProgram:
    """A source, and the jail to run it in."""

    warnings = ""

    def __init__(self, jobs: JobRunner, interpreter: Interpreter, name: str, source: bytes) -> None:
        self._jobs, self._interpreter = jobs, interpreter
        self._name, self._source = name, source

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        command = self._interpreter.command(limits)
        return [self.run_command(command, stdin, limits) for stdin in inputs]

    def run_command(self, command: Sequence[str], stdin: bytes, limits: Limits) -> Run:
        """Have the interpreter do something with the source."""
        job = Job(
            source=self._name,
            commands=[command],
            threads=self._interpreter.threads,
            memory_mb=self._interpreter.memory_mb,
            mapped_mb=self._interpreter.mapped_mb,
        )
        run, _ = self._jobs.run(job, self._source, stdin, limits)
        if run.status in ("exit", "trap") and self._interpreter.out_of_memory.search(run.stderr):
            return replace(run, status="memory", detail="out of memory, as it says itself")
        return run


def shared_objects(*programs: Path) -> dict[str, Path]:
    """Return what the loader gives to `programs`, in a folder where every loader looks."""
    done = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False)
    return _found(done.stdout)


def objects_of_libraries(program: Path, libraries: Sequence[Path]) -> dict[str, Path]:
    """Return the same for libraries that a program is going to load, without themselves.

    The loader is asked about many at once, which takes a hundredth of the time.
    """
    found: dict[str, Path] = {}
    for start in range(0, len(libraries), ASKED_AT_ONCE):
        asked = libraries[start : start + ASKED_AT_ONCE]
        preloaded = {"LD_TRACE_LOADED_OBJECTS": "1", "LD_PRELOAD": ":".join(map(str, asked))}
        done = subprocess.run(
            [program], env=preloaded, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        found |= _found(done.stdout)
    own = set(map(str, libraries))
    return {place: file for place, file in found.items() if place not in own}


def _found(listed: str) -> dict[str, Path]:
    found = sorted(set(LINKED.findall(listed)))
    return {f"/usr/lib/{name}" if name else file: Path(file) for name, file in found}
