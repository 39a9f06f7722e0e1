"""Looks at programs that nobody vouches for: many in one guest behind the WebAssembly wall.

A guest of its own costs a program tens of milliseconds, a place in a crowd a fraction of one. What
a crowd shares is one interpreter: a program made by chance does not get at its neighbours, one that
somebody wrote for that purpose could. So programs by models are looked at alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from autoagent.message import MalformedError, parsed
from sandbox.limits import Limits
from sandbox.programs.program import CompileError, Program
from sandbox.programs.python import PythonTarget

MOST_TURNS = 20_000
"""Turns of loops and calls of functions that a program may take."""
LONGEST_PROGRAM = 1 << 14
"""Characters."""
GUEST_FUEL = 500_000_000
"""CPU of a guest that looks at nothing, and what a program may use that stands alone."""
ROOM = 1 << 14
"""Bytes that may be told of a program, on average."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a program.

    Attributes:
        data: What was observed of it: JSON of any shape, a stranger's.
        fault: Why nothing was observed, in words; empty where something was.
    """

    data: Any
    fault: str = ""


class Crowd:
    """Looks at programs behind the wall.

    What is seen follows from the programs and their order.

    Args:
        text: Python text that defines `offered` and `observed`, see `genetic.elm.inside.crowd`.
        together: How many programs share a guest.
        fuel: CPU of a guest for each program in it. The less, the sooner it is found out which one
            takes too much; alone, each has as much again as a guest needs itself.

    Raises:
        SandboxError: The guest cannot be built.
    """

    def __init__(self, text: str, *, together: int, fuel: int) -> None:
        self._together = together
        self._fuel = fuel
        inside = (files("genetic.elm") / "inside" / "crowd.py").read_text("utf-8")
        self._text = f"{inside}\n\n{text}\n\nmain()\n"
        self._target = PythonTarget()

    def look(self, programs: Sequence[str]) -> list[Seen]:
        """Return what is seen of each program."""
        size = self._together
        parts = (programs[at : at + size] for at in range(0, len(programs), size))
        return [seen for part in parts for seen in self._looked_at(part)]

    def close(self) -> None:
        """End the guests' processes."""
        self._target.close()

    @cached_property
    def _program(self) -> Program:
        """What runs in each guest; made when it is first needed, for it takes a moment."""
        program = self._target.compile(self._text)
        assert not isinstance(program, CompileError)
        return program

    def _looked_at(self, programs: Sequence[str]) -> list[Seen]:
        """Look at some programs in one guest; where they break it, at each half of them."""
        lines, why = self._told(programs)
        if not why:
            return [_seen(line) for line in lines]
        if len(programs) == 1:
            return [Seen(None, why)]
        half = len(programs) // 2
        return self._looked_at(programs[:half]) + self._looked_at(programs[half:])

    def _told(self, programs: Sequence[str]) -> tuple[list[bytes], str]:
        """Return a line for each program, and why there is none."""
        asked = {"programs": programs, "turns": MOST_TURNS, "longest": LONGEST_PROGRAM}
        limits = Limits(
            fuel=GUEST_FUEL + self._fuel * len(programs),
            memory_mb=128,
            output_bytes=ROOM * len(programs) + 4096,
        )
        (run,) = self._program.run([json.dumps(asked).encode()], limits)
        if run.status != "ok":
            return [], f"it ends its guest ({run.status})"
        lines = run.stdout.splitlines()
        return lines, "" if len(lines) == len(programs) else "it spoils what its guest says"


def _seen(line: bytes) -> Seen:
    """Read what a guest says of a program, which may be anything."""
    try:
        told = parsed(line.decode(errors="replace"), key="fault")
    except MalformedError as error:
        return Seen(None, f"what is told of it is {error}")
    return Seen(told.get("seen"), told["fault"])
