"""Any text made better, written down as it goes, and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autoagent.journal import Data, Journal
from autoagent.llm import LLM
from autoagent.meter import SuspendedError
from autoagent.similarity import Measure
from genetic.evolve.candidate import Candidate
from genetic.evolve.first_look import NoScore, remarks
from genetic.evolve.judge import Judge
from genetic.evolve.proposer import Proposer
from genetic.evolve.recorder import EvolveRecorder
from genetic.evolve.search import Search
from genetic.evolve.settings import Settings
from genetic.search.bounds import asked
from genetic.search.journalled import Finish
from genetic.search.recorder import Write
from genetic.search.run import Planned, SearchRun
from genetic.search.watcher import Best
from sandbox.programs.evaluator import Evaluation


class EvolveRun(SearchRun[Candidate]):
    """One search for a better text, from its plan to its end.

    Args:
        plan: What is journalled of it.
        program: The text that it begins with.
        evaluate: Judges texts.
        proposer: Has models write texts.
        settings: How to search.
        journal: Where it is written down.
        llms: The models that are asked.
        run: A run to take up again; by default a new one begins.
        at_once: How many births may be side by side.
        abort: Ends what judges, at once.
        remark: Told what is odd about the evaluator.
        births: How many texts are born at most, the first included; None means any number.
        is_chain: Whether each text is made of one of the last batch, whatever that is worth, as
            where a model is shown all of them.
        is_looked_at: Whether the first text is judged twice, to see whether that differs.
        likeness: Tells how alike two texts are, where the settings bound that.
        needs_score: Whether it ends before any question where the first text has no score.

    Attributes:
        recorder: Has the lineage of all candidates.

    Raises:
        JournalError: The run cannot be taken up, or nothing can be written.
    """

    def __init__(
        self,
        plan: Planned,
        *,
        program: str,
        evaluate: Callable[[str], Evaluation],
        proposer: Proposer,
        settings: Settings,
        journal: Journal,
        llms: Sequence[LLM],
        run: str | None = None,
        at_once: int = 1,
        abort: Callable[[], None] = lambda: None,
        remark: Callable[[str], None] = lambda line: None,
        births: int | None = None,
        is_chain: bool = False,
        is_looked_at: bool = True,
        likeness: Measure | None = None,
        needs_score: bool = False,
    ) -> None:
        self._program = program
        self._evaluate = evaluate
        self._proposer = proposer
        self._settings = settings
        self._seed = plan.seed
        self._ended = abort
        self._remark = remark
        self._births = births
        self._is_chain = is_chain
        self._is_looked_at = is_looked_at
        self._likeness = likeness
        self._needs_score = needs_score and (run is None or not asked(journal, run))
        self.recorder: EvolveRecorder
        self._search: Search

        def recorder(write: Write) -> EvolveRecorder:
            self.recorder = EvolveRecorder(write)
            return self.recorder

        super().__init__(
            plan,
            journal=journal,
            llms=llms,
            recorder=recorder,
            calls_at_most=settings.calls,
            run=run,
            at_once=at_once,
        )

    @property
    def history(self) -> Sequence[Candidate]:
        """Every candidate, in the order of births."""
        return self._search.history

    def _opened(self) -> Search:
        self._judge = Judge(self._evaluate, self._evaluated, self.recorder.known, self._quota)
        return Search(
            self._program,
            judge=self._judge,
            proposer=self._proposer,
            settings=self._settings,
            asker=self._asker,
            quota=self._quota,
            seed=self._seed,
            best=Best(self.recorder, self.recorder.best),
            births=self._births,
            is_chain=self._is_chain,
            first=self._look,
            took=self.recorder.took,
            likeness=self._likeness,
        )

    def _end_of_search(self) -> tuple[Finish, str]:
        cause, detail = super()._end_of_search()
        if self._is_chain and cause is Finish.GENERATIONS:
            return cause, "all steps are taken"  # each is a generation
        return cause, detail

    def _look(self, first: Candidate) -> None:
        """See whether the evaluator can judge the first program, and always alike.

        Raises:
            NoScore: It cannot, and has to.
        """
        if first.score is None:
            if self._needs_score:
                raise NoScore(first.evaluation)
            self._remark(f"the program itself has no score: {first.evaluation.problem}")
        if self._is_looked_at and not self._judge.was_known(first.program):
            for each in (self._judge.difference(first.program), *remarks(first.evaluation)):
                if each:
                    self._remark(each)

    def _evaluated(self, evaluation: Data) -> None:
        """Write an evaluation down; none that a kill may have cut off, or it would count for ever.

        Raises:
            SuspendedError: The run was killed.
        """
        if self._meter.killed:
            raise SuspendedError(None)
        self.recorder.evaluated(evaluation)

    def _is_reached(self, best: Candidate) -> tuple[Finish, str] | None:
        if not self._search.is_goal(best):
            return None
        return Finish.REACHED, f"a score of {self._settings.stop_score:g} is reached"

    def _abort(self) -> None:
        self._ended()
