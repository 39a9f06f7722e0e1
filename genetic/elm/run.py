"""A search that is written down batch by batch, and can be taken up again.

The journal is the checkpoint: a batch is one event, with all that it added to the archive. What a
model answered in a batch that was cut off is found again by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autoagent.budget import Budget
from autoagent.events import calls
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm import LLM
from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import Domain, language_of
from genetic.elm.operators import BY_CHANCE, STYLES, Asked, Operator
from genetic.elm.plan import Plan
from genetic.elm.search import BATCH, Batch, Elites, Judge
from genetic.search.journalled import Finish, JournalledRun, Stopped
from genetic.search.own import require_own
from genetic.search.quota import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Stopped):
    """How a search stopped.

    Attributes:
        evaluated: Programs that were judged in all.
    """

    evaluated: int

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        return Stopped.as_dict(self) | {"evaluated": self.evaluated}


class ElitesRun(JournalledRun):
    """One search, from its plan to its end.

    Args:
        plan: What to do.
        domain: The domain that the plan names.
        journal: Where it is written down.
        llms: The model that the plan names, if it names one.
        run: A run to take up again; by default a new one begins.
        judge: Judges programs; by default the domain itself.
        at_once: How many questions may be with the model at the same time.

    Attributes:
        run_id: Id of the run.

    Raises:
        JournalError: The run cannot be taken up, since it is damaged, or not known as the user's
            own; or nothing can be written.
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
        judge: Judge | None = None,
        at_once: int = 1,
    ) -> None:
        super().__init__(seed=plan.seed, journal=journal, llms=llms, run=run, at_once=at_once)
        unknown = sorted(set(plan.starts) - {*domain.seeds, *plan.programs})
        if unknown:
            known = ", ".join(domain.seeds)
            raise ValueError(
                f"{domain.name} has no seed {unknown[0]!r}, and there is no such file; known: "
                f"{known}"
            )
        self._evaluations = plan.evaluations
        asks = plan.operator not in BY_CHANCE
        asked = () if run is None else (call.key for call in calls(journal, run))
        self._quota = Quota(self._asker, plan.calls, counted=asked)
        self._search = Elites(
            plan,
            domain,
            self._operator(plan, domain),
            self._asker.admit,
            judge=judge,
            claim=self._quota.claim if asks else lambda key: True,
            at_once=at_once if asks else 1,
        )
        if run is not None:
            require_own(journal, run, "go on")
        for batch in () if run is None else batches(journal, run):
            self._search.take_up(batch["evaluated"], [Elite.of(each) for each in batch["elites"]])
        self._begin(plan.as_dict())

    @property
    def archive(self) -> Archive:
        """The best of every niche so far."""
        return self._search.archive

    def run(self, watch: Callable[[Batch], None], budget: Budget | None = None) -> Finished:
        """Search until evaluations, calls or the budget are used up, or a pause.

        Args:
            watch: Told each batch once it is written down.
            budget: What may be spent on the model, and how long it may take.

        Raises:
            JournalError: The journal cannot be written.
            LLMError: A setting of the model is wrong.
            ValueError: No seed is a valid program.
        """

        def searched() -> tuple[Finish, str]:
            for batch in self._search.batches():
                self._write(("batch", batch.as_dict()))
                watch(batch)
            if self._search.evaluated < self._evaluations:
                return Finish.CALLS, "no calls are left"
            return Finish.EVALUATIONS, "all evaluations are done"

        return self._lived(searched, self._finished, budget)

    def _finished(self, **told: Any) -> Finished:
        return Finished(evaluated=self._search.evaluated, **told)

    def _operator(self, plan: Plan, domain: Domain) -> Operator:
        """Return the operator of a plan."""
        language = language_of(domain)
        if plan.operator in BY_CHANCE:
            return BY_CHANCE[plan.operator](language=language)
        if plan.operator not in STYLES:
            raise ValueError(
                f"no operator {plan.operator!r}; known: {', '.join((*BY_CHANCE, *STYLES))}"
            )
        return Asked(
            STYLES[plan.operator](language),
            task=domain.task,
            function=domain.function,
            ask=self._quota.ask,
            temperature=plan.temperature,
            max_tokens=plan.max_tokens,
        )


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
