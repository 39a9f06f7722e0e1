"""What a run spends, and whether it may go on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from autoagent.budget import Budget, Limit, Spent
from autoagent.llm import LLM, PYTHON, Completion, Countable, Frame, LLMUnreachable, Query


class SuspendedError(Exception):
    """The run stops while its organism waits.

    Attributes:
        limit: The bound of the budget that is reached; None when the run is paused.
    """

    def __init__(self, limit: Limit | None) -> None:
        super().__init__(limit)
        self.limit = limit


class Denied(SuspendedError):
    """Too little of the budget is left for another question; what was answered before stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one answer may take; None means unbounded.

    Attributes:
        tokens: Tokens of the answer.
        seconds: Seconds until it is complete, for a model that is `Timed`.
    """

    tokens: int | None = None
    seconds: float | None = None


class Meter:
    """Counts what a run spends against its budget, and knows when it is to stop.

    Unbounded until it is started.

    Attributes:
        spent: What the run used so far.
        pause: Set to stop the run as soon as nothing is lost by it, from any thread.
        killed: Whether it is to stop at once, whatever is lost by it.
        asking: Whether a model is being asked just now.
    """

    def __init__(self) -> None:
        self.spent = Spent()
        self.pause = threading.Event()
        self.killed = False
        self.asking = False
        self._budget = Budget()
        self._started = time.monotonic()

    def start(self, budget: Budget) -> None:
        """Bound the run from now on."""
        self._budget = budget
        self._started = time.monotonic()

    @property
    def left(self) -> dict[str, float]:
        """What is left of each bound that is set."""
        return self._budget.left(self.spent)

    def read(self) -> Spent:
        """Return what is spent, the seconds until now included."""
        self.spent.seconds = round(time.monotonic() - self._started, 6)
        return self.spent

    def late(self) -> bool:
        """Tell whether the seconds are used up."""
        seconds = self._budget.seconds
        return seconds is not None and self.read().seconds >= seconds

    def kill(self) -> None:
        """Have the run stop at once, from any thread."""
        self.killed = True
        self.pause.set()

    def admit(self) -> None:
        """Let the next step begin.

        Raises:
            SuspendedError: The run is paused, or a bound is reached.
        """
        reached = self._budget.reached(self.read())
        if reached or self.pause.is_set():
            raise SuspendedError(reached)

    def admit_text(self) -> None:
        """Let an answer, or what an organism does with it, go on.

        Raises:
            SuspendedError: A stop does not wait for the end of it.
        """
        if self.pause.is_set():
            raise SuspendedError(None)
        if self.late():
            raise SuspendedError("seconds")

    def allow(self, llm: LLM, query: Query, frame: Frame = PYTHON) -> Allowance:
        """Return what an answer may take of the budget that is left.

        Raises:
            Denied: Too little is left.
        """
        if limit := self._budget.reached(self.read()):
            raise Denied(limit)
        left = self.left
        if "tokens" not in left:
            return Allowance(seconds=left.get("seconds"))
        tokens = int(left["tokens"])
        if isinstance(llm, Countable):
            tokens -= llm.count_query(query, frame)
        if tokens < 1:
            raise Denied("tokens")
        return Allowance(tokens=tokens, seconds=left.get("seconds"))

    def pay(self, completion: Completion) -> None:
        """Count an answer of a model."""
        self.spent.tokens += completion.tokens_in + completion.tokens_out
        self.spent.cost += completion.cost

    def pay_in_vain(self, failed: LLMUnreachable) -> None:
        """Count what an answer took that broke off."""
        self.spent.tokens += failed.tokens
        self.spent.cost += failed.cost

    def charge_skill(self, cost: float) -> str | None:
        """Charge a skill call to the budget, or say why it cannot be paid."""
        calls = self._budget.skill_calls
        if calls is not None and self.spent.skill_calls >= calls:
            return "the budget of skill calls is used up"
        if self._budget.cost is not None and self.spent.cost + cost > self._budget.cost:
            return "the budget cannot pay for this skill"
        self.spent.skill_calls += 1
        self.spent.cost += cost
        return None
