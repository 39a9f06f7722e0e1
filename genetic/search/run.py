"""A search that is written down as it goes, and can be taken up again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol

from autoagent.asker import CALL, Asker
from autoagent.budget import Budget, Limit, Spent
from autoagent.cells import cell
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.events import calls
from autoagent.journal import Data, Journal
from autoagent.llm import LLM
from autoagent.meter import Meter
from genetic.search.quota import Quota
from genetic.search.recorder import Recorder
from genetic.search.search import Search
from genetic.search.watcher import B, Watcher


class Finish(StrEnum):
    """Why a search stopped."""

    CORRECT = "correct"
    REACHED = "reached"
    GENERATIONS = "generations"
    CALLS = "calls"
    BUDGET = "budget"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Generic[B]):
    """How a search stopped.

    Attributes:
        cause: Why.
        limit: The bound of the budget that was reached.
        detail: Why, in words.
        best: The best program found.
        spent: What it used since it was begun or resumed.
        described: The best program as it is journalled.
    """

    cause: Finish
    limit: Limit | None
    detail: str
    best: B | None
    spent: Spent
    described: Data | None

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        return {
            "cause": self.cause.value,
            "limit": self.limit,
            "detail": self.detail,
            "spent": asdict(self.spent),
            "best": self.described,
        }

    def _repr_html_(self) -> str:
        """Return the end as a notebook shows it, the best program first."""
        described = self.described or {}
        rows = {
            "stopped": f"{self.cause.value} ({self.detail})",
            "fitness": described.get("fitness", described.get("score", "")),
            "tokens": self.spent.tokens,
        }
        return cell("the best program", rows, code=str(described.get("program", "")))


class Planned(Protocol):
    """What decides a search; enough to go on with it anywhere."""

    @property
    def seed(self) -> int:
        """Everything random follows from it."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is journalled."""
        ...


class SearchRun(ABC, Generic[B]):
    """One search, from its plan to its end.

    Args:
        plan: What to search for, and how.
        journal: Where it is written down.
        llms: The models that are asked.
        recorder: Makes what writes down what happens, given how to write.
        calls_at_most: Questions; None means unbounded.
        run: A run to take up again; by default a new one begins.
        at_once: How many questions may be with the models at the same time.

    Attributes:
        run_id: Id of the run.
        finished: How it stopped; None before that.

    Raises:
        JournalError: The run cannot be taken up, or nothing can be written.
    """

    def __init__(
        self,
        plan: Planned,
        *,
        journal: Journal,
        llms: Sequence[LLM],
        recorder: Callable[[Callable[[str, Data], None]], Recorder[B]],
        calls_at_most: int | None,
        run: str | None = None,
        at_once: int = 1,
    ) -> None:
        if run is not None:
            journal.claim(run)  # before anything of it is read
        self.finished: Finished[B] | None = None
        self._journal = journal
        self._meter = Meter()
        self._record = recorder(lambda kind, data: self._write((kind, data)))
        if run is not None:
            self._record.take_up(journal, run)
        self._asker = Asker(
            llms,
            meter=self._meter,
            seed=plan.seed,
            record=lambda data: self._write((CALL, data)),
            known=() if run is None else calls(journal, run),
            at_once=at_once,
        )
        self._quota = Quota(self._asker, calls_at_most)
        self._search = self._opened()
        self.run_id = journal.begin(plan.as_dict()) if run is None else run
        if run is not None:
            self._write(("resume", plan.as_dict()))

    @abstractmethod
    def _opened(self) -> Search[B]:
        """Return the search, made of what is open already."""

    @abstractmethod
    def _is_reached(self, best: B) -> tuple[Finish, str] | None:
        """Tell whether the goal of the search is reached, and in which words."""

    @abstractmethod
    def _abort(self) -> None:
        """End what judges candidates."""

    def run(self, watcher: Watcher[B], budget: Budget | None = None) -> Finished[B]:
        """Search until the goal, the end of the budget, or a pause; return how it stopped.

        Raises:
            JournalError: The journal cannot be written.
            LLMError: A setting of a model is wrong.
            SandboxError: What judges candidates is missing.
        """
        self._record.watcher = watcher
        self._meter.start(budget or Budget())
        ending = Ending(self._meter)
        finish, detail = None, ""
        try:
            with ending:
                for _ in self._search.generations():
                    pass
                finish, detail = self._end_of_search()
        finally:
            # A search that is killed has lost nothing: it is as good as paused.
            cause = Finish.PAUSED if ending.cause is Stop.KILLED else Finish(ending.cause.value)
            best = self._search.best
            self.finished = Finished(
                cause=finish or cause,
                limit=ending.limit,
                detail=detail or ending.detail,
                best=best,
                spent=self._meter.read(),
                described=None if best is None else self._record.described(best),
            )
            self._write(("end", self.finished.as_dict()))
        return self.finished

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; nothing done so far is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """Stop at once: whoever waits for a candidate is not waited for."""
        self._meter.kill()
        self._abort()

    def _end_of_search(self) -> tuple[Finish, str]:
        best = self._search.best
        reached = None if best is None else self._is_reached(best)
        if reached is not None:
            return reached
        if self._search.calls_used_up:
            return Finish.CALLS, "no calls are left"
        return Finish.GENERATIONS, "all generations were born"

    def _write(self, *events: tuple[str, Data]) -> None:
        self._journal.append(self.run_id, events)
