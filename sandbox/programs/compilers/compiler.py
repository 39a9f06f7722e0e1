"""What a C compiler is, and what each is asked to do with a stranger's source."""

from __future__ import annotations

from typing import Protocol

from sandbox.limits import Limits
from sandbox.programs.program import Run

SOURCE, OBJECT, MODULE, PROGRAM = "program.c", "program.o", "program.wasm", "program"

TARGET = "--target=wasm32-wasip1"
FLAGS = (TARGET, "-O1", "-g0", "-ferror-limit=0", "-c", SOURCE, "-o", OBJECT)
STACK_BYTES = 8 << 20
LAYOUT = ("-z", f"stack-size={STACK_BYTES}", "--stack-first", "--strip-all")
"""The stack comes first, so that what overflows it is a trap and not a change of data."""

ENVIRONMENT = {"LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "1000000000"}
"""All that a compiler finds in its own. Also what time a source is told that it is compiled at."""
LARGEST_MODULE_MB = 16
SCRATCH_MB = 160
"""Object files hold all of a program's static data, also where that is zero."""


class Compiler(Protocol):
    """Makes WebAssembly modules, or programs of this machine, out of C. Threads may share it.

    Attributes:
        identity: All that shapes what it makes of a source.
    """

    identity: tuple[str, ...]

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Compile a source behind a wall.

        Args:
            source: Of any content.
            limits: What the compiler may spend; its diagnostics are its output.

        Returns:
            How it ended (``ok``, ``exit`` if it refused, or what stopped it) with its diagnostics
            as `Run.stderr`, and the module or program.

        Raises:
            SandboxError: It cannot run at all; the message says what to do.
        """
        ...

    def close(self) -> None:
        """End every process of it."""
        ...
