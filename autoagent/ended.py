"""How a run stopped, found out in one place from what stopped it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

from autoagent.budget import Limit, Spent
from autoagent.death import Cause, Stop
from autoagent.llm import LLMError, LLMUnreachable
from autoagent.meter import Meter, SuspendedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run stopped.

    Attributes:
        cause: A cause of death, or why the run stopped while its organism could live on.
        limit: Which bound of the budget was reached, when that is the cause.
        detail: In words.
        spent: What the run used.
        result: What a life that finished has brought, as JSON; else None.
    """

    cause: Cause | Stop
    limit: Limit | None
    detail: str
    spent: Spent
    result: Any = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "cause": self.cause.value}


class Ending:
    """A ``with`` block in which a run is lived; knows afterwards how it stopped.

    What is no fault of the host ends the block without an error: a budget that is used up, a
    pause, a model that cannot be reached, Ctrl-C; and, once the run was killed, anything, since
    what was taken down fails as it likes.

    Args:
        meter: The run's.

    Attributes:
        cause: Why it stopped; a block that comes to its end without a word was left by its caller.
        limit: The bound of the budget that was reached.
        detail: Why, in words.
        result: What was brought.
        interrupted: Whether it was Ctrl-C, or a notebook's button, that stopped it.
    """

    def __init__(self, meter: Meter) -> None:
        self.cause: Cause | Stop = Stop.PAUSED
        self.limit: Limit | None = None
        self.detail = "left by the caller"
        self.result: Any = None
        self.interrupted = False
        self._meter = meter

    def __enter__(self) -> Ending:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        """Find out why the run stopped; return whether that is no error."""
        passed = self._explained(error)
        if self._meter.killed and (error is None or isinstance(error, Exception)):
            self.cause, self.limit, self.detail = Stop.KILLED, None, "killed"
            return True
        return passed

    def ended(self) -> Ended:
        """Return how the run stopped."""
        return Ended(
            cause=self.cause,
            limit=self.limit,
            detail=self.detail,
            spent=self._meter.read(),
            result=self.result,
        )

    def _explained(self, error: BaseException | None) -> bool:
        match error:
            case None:
                return True
            case SuspendedError(limit=None):
                self.cause, self.detail = Stop.PAUSED, "paused"
            case SuspendedError(limit=limit):
                self.cause, self.limit = Stop.BUDGET, limit
                self.detail = f"the budget of {limit} is used up"
            case LLMUnreachable():
                self.cause, self.detail = Stop.UNREACHABLE, str(error)
            case KeyboardInterrupt():
                self.cause, self.detail = Stop.PAUSED, "interrupted"
                self.interrupted = True
            case GeneratorExit():
                return False
            case _:
                fault = isinstance(error, LLMError)
                self.cause = Stop.UNREACHABLE if fault else Stop.FAILED
                self.detail = str(error) or type(error).__name__
                return False
        return True
