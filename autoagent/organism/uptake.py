"""Whether anything of an answer is executed: if not, no model can reach the organism any more."""

from __future__ import annotations

from autoagent.organism.extract import extract_code
from sandbox.parsing import statements


class Uptake:
    """Follows an answer from its delivery to the next heartbeat."""

    def __init__(self) -> None:
        self._answer: str | None = None
        self._executed = False

    def deliver(self, answer: str) -> None:
        """Begin with an answer."""
        self._answer, self._executed = answer, False

    def execute(self, text: str | None) -> None:
        """Take note of a text that is to be executed, whatever comes of it; None if unknown.

        It is the answer's if they have a line in common: who adds something, takes something out
        or translates a part has executed something of it.
        """
        if self._answer is not None and not self._executed:
            self._executed = text is None or not _lines(text).isdisjoint(_lines(self._answer))

    def take(self) -> bool | None:
        """Tell, once, whether anything of the answer was executed; None if it held no Python."""
        answer, self._answer = self._answer, None
        if answer is None or self._executed:
            return None if answer is None else True
        code = extract_code(answer)
        return False if code is not None and statements(code) else None


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()} - {""}
