"""The contract of programs: source text in, then bytes in and bytes out, any number of times.

A program is a stranger's or nobody's: written by a model, bred by a genetic algorithm. It may
loop, flood, eat memory, crash or attack. None of that is an error here: it is what a `Run` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.limits import Limits

Status = Literal["ok", "exit", "trap", "fuel", "memory", "output", "hang", "worker"]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of running a program once.

    Attributes:
        status: ``ok`` when it ended with exit status 0, ``exit`` with another; ``trap`` when it
            broke down or was ended for what it tried; the limit that it hit; ``worker`` when
            what runs it broke.
        stdout: What it wrote, up to the limit.
        stderr: What it wrote to its standard error.
        fuel: Fuel that it used; None where nobody counts it.
        detail: What there is to say about its end, in words.
    """

    status: Status
    stdout: bytes
    stderr: bytes
    fuel: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class CompileError:
    """A source that is no program. That is an ordinary result, so it is returned, not raised.

    Attributes:
        text: The whole output of the compiler, up to a large cap.
        stopped: Whether the compiler did not come to an end of its own.
        length: Its length in characters; the fewer there are, the fewer mistakes are likely left.
    """

    text: str
    stopped: bool = False

    @property
    def length(self) -> int:
        """How many characters the compiler had to say."""
        return len(self.text)


class Program(Protocol):
    """A compiled source, ready to run as often as wanted, from any thread.

    It may have a function `examine` as well, which is given inputs and limits, and returns what
    sanitizers find as it runs on them, a line for each finding.
    """

    warnings: str
    """What the compiler had to say, though it compiled: empty where it was content."""

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it afresh once for each input, and return what came of each.

        Args:
            inputs: What it reads from standard input.
            limits: What each run may spend.
        """
        ...


class Language(Protocol):
    """Makes programs out of sources, and a wall for them to run behind."""

    name: str
    """What it is found by."""

    def compile(self, source: str) -> Program | CompileError:
        """Compile a source, or find its program in the cache.

        Raises:
            SandboxError: The compiler itself cannot run; the message says what to do.
        """
        ...

    def close(self) -> None:
        """End every process that runs programs."""
        ...
