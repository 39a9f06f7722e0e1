"""A translation that is written down as it goes, and can be taken up again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from autoagent.asker import CALL, Asker, Question
from autoagent.budget import Budget, Limit, Spent
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.events import calls
from autoagent.journal import Data, Journal
from autoagent.llm import LLM, Frame
from autoagent.meter import Meter
from autoagent.similarity import Similarity
from genetic.executors import Executor
from genetic.translate.candidate import Candidate
from genetic.translate.evolved import EvolvedOperators
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.plan import Plan
from genetic.translate.quota import Quota
from genetic.translate.recorder import TranslationRecorder, described
from genetic.translate.search import Search
from genetic.translate.watcher import Watcher


class Finish(StrEnum):
    """Why a translation stopped."""

    CORRECT = "correct"
    GENERATIONS = "generations"
    CALLS = "calls"
    BUDGET = "budget"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a translation stopped.

    Attributes:
        cause: Why.
        limit: The bound of the budget that was reached.
        detail: Why, in words.
        best: The best program found.
        spent: What it used since it was begun or resumed.
    """

    cause: Finish
    limit: Limit | None
    detail: str
    best: Candidate | None
    spent: Spent

    def as_dict(self) -> Data:
        """The end as it is journalled and printed."""
        best = None if self.best is None else described(self.best)
        return {
            "cause": self.cause.value,
            "limit": self.limit,
            "detail": self.detail,
            "spent": asdict(self.spent),
            "best": best,
        }


class Translation:
    """One translation, from its plan to its end.

    Args:
        plan: What to search for, and how.
        journal: Where it is written down.
        llms: The models that the plan names, in its order.
        executor: Where candidates are judged.
        similarity: Makes the measure of outputs, given whom to ask for a model's rating.
        run: A run to take up again; by default a new one begins.
        operators: How programs are crossed, mutated and criticised, if not as the plan says.
        at_once: How many questions may be with the models at the same time.

    Attributes:
        run_id: Id of the run.
        finished: How it stopped; None before that.

    Raises:
        JournalError: The run cannot be taken up, or nothing can be written.
        ValueError: The plan's budget of calls is too small.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        journal: Journal,
        llms: Sequence[LLM],
        executor: Executor,
        similarity: Callable[[Callable[[str, Frame, int], str]], Similarity],
        run: str | None = None,
        operators: Operators | None = None,
        at_once: int = 1,
    ) -> None:
        if run is not None:
            journal.claim(run)  # before anything of it is read
        self.finished: Finished | None = None
        self._plan = plan
        self._journal = journal
        self._executor = executor
        self._meter = Meter()
        self._record = TranslationRecorder(lambda kind, data: self._write((kind, data)))
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
        self._quota = Quota(self._asker, plan.settings.calls)
        judge = Judge(
            plan.task,
            target=plan.target,
            executor=executor,
            similarity=similarity(self._rating),
            first=plan.settings.first,
        )
        self._search = Search(
            plan.task,
            judge=judge,
            target=plan.target,
            settings=plan.settings,
            asker=self._asker,
            prompts=plan.prompts,
            models=plan.island_models,
            operators=operators or _operators(plan),
            seed=plan.seed,
            watcher=self._record,
            best=self._record.best,
            quota=self._quota,
            # Two for each wrong output; see `autoagent.similarity.Judged`.
            ratings=2 * len(plan.task.tests) if "judged" in plan.measures else 0,
        )
        self.run_id = journal.begin(plan.as_dict()) if run is None else run
        if run is not None:
            self._write(("resume", plan.as_dict()))

    def run(self, watcher: Watcher, budget: Budget | None = None) -> Finished:
        """Search until the goal, the end of the budget, or a pause; return how it stopped.

        Raises:
            JournalError: The journal cannot be written.
            LLMError: A setting of a model is wrong.
            SandboxError: What compiles or runs programs is missing.
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
            self.finished = Finished(
                cause=finish or cause,
                limit=ending.limit,
                detail=detail or ending.detail,
                best=self._search.best,
                spent=self._meter.read(),
            )
            self._write(("end", self.finished.as_dict()))
        return self.finished

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; nothing done so far is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """Stop at once: whoever waits for a candidate is not waited for."""
        self._meter.kill()
        self._executor.close()

    def _end_of_search(self) -> tuple[Finish, str]:
        best = self._search.best
        if best is not None and best.fitness.correct and self._plan.settings.until_correct:
            return Finish.CORRECT, "every test passes"
        if self._search.calls_used_up:
            return Finish.CALLS, "no calls are left"
        return Finish.GENERATIONS, "all generations were born"

    def _rating(self, query: str, frame: Frame, max_tokens: int) -> str:
        """Ask the first model how close two outputs are."""
        key = f"rate.{hashlib.sha256(query.encode()).hexdigest()[:16]}"
        question = Question(
            key=key, query=query, frame=frame, temperature=0.0, max_tokens=max_tokens
        )
        return self._quota.ask(question).text

    def _write(self, *events: tuple[str, Data]) -> None:
        self._journal.append(self.run_id, events)


def _operators(plan: Plan) -> Operators:
    """Return the operators of a plan."""
    usual = TextOperators.of(plan.settings)
    return EvolvedOperators(plan.operators, usual) if plan.operators else usual
