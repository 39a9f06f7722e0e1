"""What analyzers share: the jail, the runner of programs, and whom to ask. Each is opened once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from autoagent.llm import Frame
from sandbox.limits import Limits

if TYPE_CHECKING:  # the jail is imported by whoever uses it: only Linux has one
    from autoagent.analyzers.jailed import Jailed
    from sandbox.programs.program import Language, Run

RUN_LIMITS = Limits(fuel=5 * 10**10, memory_mb=256, wall_seconds=10, output_bytes=1 << 16)

Ask = Callable[[str, Frame, int], str]
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
    def python(self) -> Language:
        """What runs programs."""
        from sandbox.programs.languages import open_source

        return self.closing(open_source("python"))

    def run(self, program: str) -> Run:
        """Run a program once, with nothing to read.

        Raises:
            SandboxError: Programs cannot be run here.
        """
        from sandbox.programs.program import CompileError, Run

        compiled = self.python.compile(program)
        if isinstance(compiled, CompileError):
            return Run("exit", b"", compiled.text.encode(), None, "it does not compile")
        return compiled.run([b""], RUN_LIMITS)[0]

    def close(self) -> None:
        """End every process."""
        for each in self._open:
            each.close()
