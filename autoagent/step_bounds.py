"""What an organism may do between two answers, and what it does not survive to do."""

from __future__ import annotations

from autoagent.death import Cause
from autoagent.guest_files import TooManyFilesError
from autoagent.message import MalformedError

MOST_MESSAGES = 256
"""Messages in one step: skill calls, most of all."""
MOST_ACCUSATIONS = 32


class FatalError(Exception):
    """The organism did what it does not survive.

    Attributes:
        cause: The cause of death.
    """

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause


FATAL = (FatalError, TooManyFilesError, MalformedError)


def cause_of(fatal: Exception) -> Cause:
    """Return the cause of death that one of these is."""
    match fatal:
        case FatalError():
            return fatal.cause
        case TooManyFilesError():
            return Cause.OUTPUT
        case _:
            return Cause.PROTOCOL


class StepBounds:
    """Counts what an organism does in one step; what goes beyond a bound is a `FatalError`.

    Args:
        output_bytes: Characters that it may say.

    Attributes:
        skills: How many it called.
    """

    def __init__(self, output_bytes: int) -> None:
        self.skills = 0
        self._most = output_bytes
        self._messages = self._said = self._accusations = 0

    def admit(self) -> None:
        """Refuse a message where there were too many."""
        if self._messages >= MOST_MESSAGES:
            raise FatalError(Cause.OUTPUT, f"more than {MOST_MESSAGES} messages in one step")

    def heard(self, text: str) -> None:
        """Count a message and its characters."""
        self._messages += 1
        self._said += len(text)
        if self._said > self._most:
            raise FatalError(Cause.OUTPUT, f"{self._said} characters said in one step")

    def accused(self) -> None:
        """Count harm that showed behind the wall."""
        self._accusations += 1
        if self._accusations > MOST_ACCUSATIONS:
            detail = f"more than {MOST_ACCUSATIONS} attempts at harm in one step"
            raise FatalError(Cause.HARM, detail)

    def require_short(self, what: str, *texts: str, room: int = 0) -> None:
        """Refuse texts that say more at once than it may print in a step, and some room."""
        length, most = sum(map(len, texts)), self._most + room
        if length > most:
            detail = f"{what} of {length:,} characters, which may have {most:,}"
            raise FatalError(Cause.OUTPUT, detail)
