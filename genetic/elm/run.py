"""A search that is written down batch by batch, and can be taken up again.

The journal is the checkpoint: a batch is one event, with all that it added to the archive. What a
model answered in a batch that was cut off is found again by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from autoagent.asker import CALL, Asker
from autoagent.budget import Budget, Limit, Spent
from autoagent.cells import cell
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.events import calls
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm import LLM
from autoagent.meter import Meter
from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import Domain
from genetic.elm.operators import BY_CHANCE, STYLES, Asked, Operator
from genetic.elm.plan import Plan
from genetic.elm.search import BATCH, Batch, Elites


class Finish(StrEnum):
    """Why a search stopped."""

    EVALUATIONS = "evaluations"
    BUDGET = "budget"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a search stopped.

    Attributes:
        cause: Why.
        limit: The bound of the budget that was reached.
        detail: Why, in words.
        evaluated: Programs that were judged in all.
        spent: What it used since it was begun or resumed.
    """

    cause: Finish
    limit: Limit | None
    detail: str
    evaluated: int
    spent: Spent = field(default_factory=Spent)

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        return asdict(self) | {"cause": self.cause.value}

    def _repr_html_(self) -> str:
        """Return the end as a notebook shows it."""
        return cell("search", self.as_dict())


class ElitesRun:
    """One search, from its plan to its end.

    Args:
        plan: What to do.
        domain: The domain that the plan names.
        journal: Where it is written down.
        llms: The model that the plan names, if it names one.
        run: A run to take up again; by default a new one begins.

    Attributes:
        run_id: Id of the run.

    Raises:
        JournalError: The run cannot be taken up, or nothing can be written.
        ValueError: The plan names something that there is not.
    """

    def __init__(
        self,
        plan: Plan,
        domain: Domain,
        *,
        journal: Journal,
        llms: Sequence[LLM] = (),
        run: str | None = None,
    ) -> None:
        if run is not None:
            journal.claim(run)  # before anything of it is read
        unknown = sorted(set(plan.starts) - set(domain.seeds))
        if unknown:
            known = ", ".join(domain.seeds)
            raise ValueError(f"{domain.name} has no seed {unknown[0]!r}; known: {known}")
        self._journal = journal
        self._meter = Meter()
        self._asker = Asker(
            llms,
            meter=self._meter,
            seed=plan.seed,
            record=lambda data: journal.append(self.run_id, [(CALL, data)]),
            known=() if run is None else calls(journal, run),
        )
        self._search = Elites(plan, domain, self._operator(plan, domain), self._asker.admit)
        for batch in () if run is None else batches(journal, run):
            self._search.take_up(batch["evaluated"], [Elite.of(each) for each in batch["elites"]])
        self.run_id = journal.begin(plan.as_dict()) if run is None else run
        if run is not None:
            journal.append(run, [("resume", plan.as_dict())])

    @property
    def archive(self) -> Archive:
        """The best of every niche so far."""
        return self._search.archive

    def run(self, watch: Callable[[Batch], None], budget: Budget | None = None) -> Finished:
        """Search until the evaluations or the budget are used up, or a pause.

        Args:
            watch: Told each batch once it is written down.
            budget: What may be spent on the model, and how long it may take.

        Raises:
            JournalError: The journal cannot be written.
            LLMError: A setting of the model is wrong.
            ValueError: No seed is a valid program.
        """
        self._meter.start(budget or Budget())
        ending = Ending(self._meter)
        finish, detail = None, ""
        try:
            with ending:
                for batch in self._search.batches():
                    self._journal.append(self.run_id, [("batch", batch.as_dict())])
                    watch(batch)
                finish, detail = Finish.EVALUATIONS, "all evaluations are done"
        finally:
            # A search that is killed has lost nothing: it is as good as paused.
            cause = Finish.PAUSED if ending.cause is Stop.KILLED else Finish(ending.cause.value)
            finished = Finished(
                cause=finish or cause,
                limit=ending.limit,
                detail=detail or ending.detail,
                evaluated=self._search.evaluated,
                spent=self._meter.read(),
            )
            self._journal.append(self.run_id, [("end", finished.as_dict())])
        return finished

    def _operator(self, plan: Plan, domain: Domain) -> Operator:
        """Return the operator of a plan."""
        if plan.operator in BY_CHANCE:
            return BY_CHANCE[plan.operator]()
        if plan.operator not in STYLES:
            raise ValueError(
                f"no operator {plan.operator!r}; known: {', '.join((*BY_CHANCE, *STYLES))}"
            )
        return Asked(
            STYLES[plan.operator],
            task=domain.task,
            function=domain.function,
            ask=self._asker.ask,
            temperature=plan.temperature,
            max_tokens=plan.max_tokens,
        )

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; nothing that is written down is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """Stop at once."""
        self._meter.kill()


def batches(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what each batch of a run has led to.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    for expected, event in enumerate(journal.events(run, "batch")):
        if not BATCH(event.data) or event.data["number"] != expected:
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} (batch) has a wrong or "
                "missing field"
            )
        yield event.data
