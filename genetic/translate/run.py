"""A translation that is written down as it goes, and can be taken up again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from autoagent.analyzers import Analyzer, Subject
from autoagent.analyzers.analyst import ANALYSIS, Analyst
from autoagent.asker import Question
from autoagent.events import analyses
from autoagent.journal import Journal
from autoagent.llm import LLM, Frame
from autoagent.similarity import Similarity
from genetic.executors import Executor
from genetic.search.journalled import Finish
from genetic.search.quota import CallsUsedUp
from genetic.search.run import SearchRun
from genetic.translate.candidate import Candidate
from genetic.translate.evolved import EvolvedOperators
from genetic.translate.judge import MOST_SHOWN, Judge
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.plan import Plan
from genetic.translate.recorder import TranslationRecorder
from genetic.translate.search import Search


class Translation(SearchRun[Candidate]):
    """One translation, from its plan to its end.

    Args:
        plan: What to search for, and how.
        journal: Where it is written down.
        llms: The models that the plan names, in its order.
        executor: Where candidates are judged.
        similarity: Makes the measure of outputs, given whom to ask for a model's rating.
        run: A run to take up again; by default a new one begins.
        analyzers: Who looks at programs that run, for a mend that is told of warnings.
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
        analyzers: Sequence[Analyzer] = (),
        operators: Operators | None = None,
        at_once: int = 1,
    ) -> None:
        self._plan = plan
        self._executor = executor
        self._similarity = similarity
        self._operators = operators
        self._analyst = Analyst(
            analyzers,
            record=lambda data: self._write((ANALYSIS, data)),
            known=() if run is None else analyses(journal, run),
        )
        self._analyzes = bool(analyzers)
        super().__init__(
            plan,
            journal=journal,
            llms=llms,
            recorder=TranslationRecorder,
            calls_at_most=plan.settings.calls,
            run=run,
            at_once=at_once,
        )

    def _opened(self) -> Search:
        plan = self._plan
        judge = Judge(
            plan.task,
            target=plan.target,
            executor=self._executor,
            similarity=self._similarity(self._rating),
            warned=self._warned,
            first=plan.settings.first,
        )
        return Search(
            plan.task,
            judge=judge,
            target=plan.target,
            settings=plan.settings,
            asker=self._asker,
            prompts=plan.prompts,
            models=plan.island_models,
            operators=self._operators or _operators(plan),
            seed=plan.seed,
            watcher=self._record,
            best=self._record.best,
            quota=self._quota,
            ratings=most_ratings(plan),
        )

    def _is_reached(self, best: Candidate) -> tuple[Finish, str] | None:
        reached = best.fitness.correct and self._plan.settings.until_correct
        return (Finish.CORRECT, "every test passes") if reached else None

    def _abort(self) -> None:
        self._executor.close()

    def _warned(self, source: str) -> str:
        """Return what analyzers find in a program."""
        if not self._analyzes:
            return ""
        found = self._analyst.analyse(Subject(prefix="", completion=source))
        return "\n".join(
            f"line {finding.line}: {finding.message}"
            for analysis in found
            for finding in analysis.findings
        )

    def _rating(self, query: str, frame: Frame, max_tokens: int) -> str:
        """Ask the first model how close two outputs are; it says nothing when no call is left."""
        key = f"rate.{hashlib.sha256(query.encode()).hexdigest()[:16]}"
        question = Question(
            key=key, query=query, frame=frame, temperature=0.0, max_tokens=max_tokens
        )
        try:
            return self._quota.ask(question).text
        except CallsUsedUp:
            return ""


def most_ratings(plan: Plan) -> int:
    """Return how many questions judging a program takes at most.

    There are two for each wrong output; see `autoagent.similarity.Judged`.
    """
    rated = len(plan.task.tests) + min(len(plan.task.further), MOST_SHOWN)
    return 2 * rated if "judged" in plan.measures else 0


def _operators(plan: Plan) -> Operators:
    """Return the operators of a plan."""
    usual = TextOperators.of(plan.settings)
    return EvolvedOperators(plan.operators, usual) if plan.operators else usual
