"""What analyzers share: the jail, the runner of programs, and whom to ask. Each is opened once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from autoagent.llm import Completion, Frame
from sandbox.limits import Limits

if TYPE_CHECKING:  # the jail is imported by whoever uses it: only Linux has one
    from autoagent.analyzers.jailed import Jailed
    from sandbox.programs.program import CompileError, Run
    from sandbox.programs.python import PythonSource

RUN_LIMITS = Limits(fuel=5 * 10**10, memory_mb=256, wall_seconds=10, output_bytes=1 << 16)

TESTED = (Path(__file__).parent / "inside" / "tested.py").read_text()
"""Runs a program and the tests behind it."""
CUT_SHORT = "it ended before the last line of its tests was reached"

Ask = Callable[[str, Frame, int], Completion]
"""Asks a model a query in a frame, for so many tokens at most."""


class Closable(Protocol):
    """What holds processes."""

    def close(self) -> None:
        """End them."""
        ...


C = TypeVar("C", bound=Closable)


class Tools:
    """What analyzers work with.

    Args:
        ask: Whom to ask, if a model may be asked at all.
        seconds: How long an analysis may take.
    """

    def __init__(self, *, ask: Ask | None = None, seconds: float = 20.0) -> None:
        self.ask = ask
        self.seconds = seconds

        self._open: list[Closable] = []

    def closing(self, thing: C) -> C:
        """Return something, which is closed with the tools."""
        self._open.append(thing)
        return thing

    @cached_property
    def jailed(self) -> Jailed:
        """Where texts are analysed."""
        from autoagent.analyzers.jailed import Jailed

        return self.closing(Jailed(seconds=self.seconds))

    @cached_property
    def python(self) -> PythonSource:
        """What runs programs."""
        from sandbox.programs.python import PythonSource

        return self.closing(PythonSource())

    def run(self, program: str) -> Run:
        """Run a program once, with nothing to read.

        Raises:
            SandboxError: Programs cannot be run here.
        """
        from sandbox.programs.program import CompileError

        compiled = self.python.compile(program)
        if isinstance(compiled, CompileError):
            return _uncompiled(compiled)
        return compiled.run([b""], RUN_LIMITS)[0]

    def test(self, program: str, tests: str) -> Run:
        """Run a program and the tests behind it; it is ``ok`` if the end of those was reached.

        A program that ends itself, by whatever means, does not get there, and what it says cannot
        be the proof but by chance. It is no wall, though: program and tests share an interpreter.
        Who knows how this is done can read the standard input by its name; and who returns what is
        equal to everything, or replaces what the tests import, is believed.

        Raises:
            SandboxError: Programs cannot be run here.
        """
        from sandbox.programs.program import CompileError
        from sandbox.programs.python import python_command

        compiled = self.python.compile(program)
        if isinstance(compiled, CompileError):
            return _uncompiled(compiled)
        word = secrets.token_hex(16)
        given = f"{word}\n{tests}".encode(errors="replace")
        run = compiled.run_command([*python_command(), "-c", TESTED], given, RUN_LIMITS)
        if run.status != "ok" or word[::-1].encode() in run.stdout:
            return run
        said = b"\n".join(each for each in (run.stderr.rstrip(), CUT_SHORT.encode()) if each)
        return replace(run, status="exit", stderr=said, detail=CUT_SHORT)

    def close(self) -> None:
        """End every process."""
        for each in self._open:
            each.close()


def _uncompiled(error: CompileError) -> Run:
    from sandbox.programs.program import Run

    return Run("exit", b"", error.text.encode(), None, "it does not compile")
