"""A run of a journal that asks models, whatever it looks for: begun, taken up again, ended once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TypeVar

from autoagent.asker import CALL, Asker
from autoagent.budget import Budget, Limit, Spent
from autoagent.cells import cell
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.events import calls
from autoagent.journal import BEGINS, Data, Journal, JournalError
from autoagent.llm import LLM
from autoagent.llm.weights import require_same, weights_by_name
from autoagent.meter import Meter
from genetic.search.forks import sampling


class Finish(StrEnum):
    """Why a search stopped."""

    CORRECT = "correct"
    REACHED = "reached"
    GENERATIONS = "generations"
    EVALUATIONS = "evaluations"
    CALLS = "calls"
    BUDGET = "budget"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """How a search stopped.

    Attributes:
        cause: Why.
        limit: The bound of the budget that was reached.
        detail: Why, in words.
        spent: What it used since it was begun or resumed.
    """

    cause: Finish
    limit: Limit | None
    detail: str
    spent: Spent = field(default_factory=Spent)

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        return {
            "cause": self.cause.value,
            "limit": self.limit,
            "detail": self.detail,
            "spent": asdict(self.spent),
        }

    def _repr_html_(self) -> str:
        """Return the end as a notebook shows it."""
        return cell("search", self.as_dict())


S = TypeVar("S", bound=Stopped)


class JournalledRun:
    """Asks models within a budget, and writes down what it does.

    Args:
        seed: Of the models' sampling; a run that another was forked into may have its own.
        journal: Where it is written down.
        llms: The models that are asked.
        run: A run to take up again; by default a new one begins.
        at_once: How many questions may be with the models at the same time.

    Attributes:
        run_id: Id of the run; there is none before `_begin`.

    Raises:
        JournalError: The run cannot be taken up.
        LLMError: Its models have other weights than before.
    """

    run_id: str

    def __init__(
        self,
        *,
        seed: int,
        journal: Journal,
        llms: Sequence[LLM],
        run: str | None = None,
        at_once: int = 1,
    ) -> None:
        if run is not None:
            journal.claim(run)  # before anything of it is read
        self._weights = weights_by_name(llms)
        for begun in () if run is None else journal.events(run, *BEGINS):
            if not isinstance(begun.data, dict):
                raise JournalError(
                    f"the record of run {run} is damaged: event {begun.number} ({begun.kind}) "
                    "names no settings"
                )
            require_same(begun.data.get("weights"), self._weights, str(run), "begin another run")
        servers = (getattr(llm, "base_url", None) for llm in llms)
        self._server = next((url for url in servers if url is not None), None)
        self._journal = journal
        self._taken_up = run
        self._meter = Meter()
        self._asker = Asker(
            llms,
            meter=self._meter,
            seed=seed if run is None else sampling(journal, run, seed),
            record=lambda data: self._write((CALL, data)),
            known=() if run is None else calls(journal, run),
            at_once=at_once,
        )

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; nothing that is written down is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """Stop at once."""
        self._meter.kill()

    def _begin(self, begun: Data) -> None:
        """Write down what begins, or goes on; once all is open that could be refused.

        Raises:
            JournalError: It cannot be written.
        """
        if self._weights:
            begun = begun | {"weights": self._weights}
        if self._server is not None:
            begun = begun | {"server": self._server}
        if self._taken_up is None:
            self.run_id = self._journal.begin(begun)
        else:
            self.run_id = self._taken_up
            self._write(("resume", begun))

    def _lived(
        self,
        work: Callable[[], tuple[Finish, str]],
        ended: Callable[..., S],
        budget: Budget | None,
    ) -> S:
        """Work until the end, or that of the budget, or a pause; write down how it stopped.

        Args:
            work: Returns why it came to its end, and that in words.
            ended: Makes the end, given what `Stopped` has.
            budget: What may be spent.
        """
        self._meter.start(budget or Budget())
        ending = Ending(self._meter)
        finish, detail = None, ""
        try:
            with ending:
                finish, detail = work()
        finally:
            # A search that is killed has lost nothing: it is as good as paused.
            cause = Finish.PAUSED if ending.cause is Stop.KILLED else Finish(ending.cause.value)
            words = detail or ending.detail
            end = ended(
                cause=finish or cause, limit=ending.limit, detail=words, spent=self._meter.read()
            )
            self._write(("end", end.as_dict()))
        return end

    def _write(self, *events: tuple[str, Data]) -> None:
        self._journal.append(self.run_id, events)
