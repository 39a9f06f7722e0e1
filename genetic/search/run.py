"""A search that is written down as it goes, and can be taken up again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from autoagent.budget import Budget
from autoagent.cells import cell
from autoagent.journal import Data, Journal
from autoagent.llm import LLM
from genetic.search.journalled import Finish, JournalledRun, Stopped
from genetic.search.quota import Quota
from genetic.search.recorder import Recorder, Write
from genetic.search.search import Search
from genetic.search.watcher import B, Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Stopped, Generic[B]):
    """How a search for the best program stopped.

    Attributes:
        best: The best program found.
        described: The best program as it is journalled.
    """

    best: B | None
    described: Data | None

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        return Stopped.as_dict(self) | {"best": self.described}

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


class SearchRun(JournalledRun, ABC, Generic[B]):
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
        recorder: Callable[[Write], Recorder[B]],
        calls_at_most: int | None,
        run: str | None = None,
        at_once: int = 1,
    ) -> None:
        super().__init__(seed=plan.seed, journal=journal, llms=llms, run=run, at_once=at_once)
        self.finished: Finished[B] | None = None
        self._record = recorder(self._write)
        if run is not None:
            self._record.take_up(journal, run)
        self._quota = Quota(self._asker, calls_at_most)
        self._search = self._opened()
        self._begin(plan.as_dict())

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
        return self._lived(self._searched, self._finished, budget)

    @property
    def best(self) -> B | None:
        """The best candidate so far: that of before, where a run is taken up again."""
        return self._search.best

    def kill(self) -> None:
        """Stop at once: whoever waits for a candidate is not waited for."""
        super().kill()
        self._abort()

    def _searched(self) -> tuple[Finish, str]:
        for _ in self._search.generations():
            pass
        return self._end_of_search()

    def _finished(self, **told: Any) -> Finished[B]:
        best = self.best
        described = None if best is None else self._record.described(best)
        self.finished = Finished(best=best, described=described, **told)
        return self.finished

    def _end_of_search(self) -> tuple[Finish, str]:
        best = self.best
        reached = None if best is None else self._is_reached(best)
        if reached is not None:
            return reached
        if self._search.calls_used_up:
            spent = "no calls are left"
            born = "as many were born as may be asked for; those that asked nothing count, too"
            return Finish.CALLS, spent if self._quota.is_used_up else born
        return Finish.GENERATIONS, "all generations were born"
