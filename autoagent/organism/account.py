"""What happened since the last heartbeat, as the host and the organism are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoagent.organism.faults import described, traceback_of
from autoagent.organism.record import Recorder

LOOP_STATE = {"query", "response", "task"}
"""What the loop itself writes at each turn, and so says nothing about change."""


class Account:
    """The books of one step.

    Args:
        texts: File name, as code objects carry it, to the text that was compiled under it.

    Attributes:
        output: What was printed.
        touched: Names that were bound.
        error: What went wrong, in one line; empty if nothing did.
        traceback: The same with the way to it.
        out_of_memory: Whether that was for want of memory.
        refused: Whether the answer was refused as it stands.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.output = Recorder(1 << 20, lambda: None)
        self.touched: set[str] = set()
        self.error = self.traceback = ""
        self.out_of_memory = self.refused = False
        self._texts = texts

    def note(self, error: BaseException) -> None:
        """Take note of an error."""
        self.error = described(error, self._texts)
        self.traceback = traceback_of(error, self._texts)
        self.out_of_memory = issubclass(type(error), MemoryError)

    def say(self, line: str) -> None:
        """Tell the organism of something that is no error of its code, as if it were one."""
        self.error = self.traceback = line

    def note_too(self, line: str) -> None:
        """Add to what is said of an error."""
        self.error, self.traceback = f"{self.error}\n{line}", f"{self.traceback}\n{line}"

    def close(self, changes: dict[str, str | None]) -> dict[str, Any]:
        """Return what the host is told, with definitions that changed, and begin anew."""
        names = sorted(n for n in self.touched if isinstance(n, str) and n not in LOOP_STATE)
        told = {"stdout": self.output.take(), "error": self.error}
        self.touched.clear()
        self.error = self.traceback = ""
        self.out_of_memory = self.refused = False
        return {**told, "changes": changes, "names": names}
