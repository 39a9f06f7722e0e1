"""The variation operator of translations: how a program is drafted, judged, healed."""

from __future__ import annotations

import math
import random
import statistics
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from autoagent.asker import Question, derived
from autoagent.llm import Completion
from genetic.algorithm import Birth
from genetic.bandit import Bandit
from genetic.translate.candidate import Candidate, Lesson
from genetic.translate.judge import Judge, Judgement
from genetic.translate.operators import Operators
from genetic.translate.proposer import Proposer
from genetic.translate.settings import Settings
from genetic.translate.watcher import Unwatched, Watcher


class Proposers(Protocol):
    """Makes the proposer of a candidate."""

    def __call__(self, *, name: str, model: int, ask: Callable[[Question], Completion]) -> Proposer:
        """Return it, given the candidate's name, the model to ask, and how."""
        ...


class _Abandoned(Exception):
    """An earlier birth of the same generation has reached the goal, or failed."""


class Translator:
    """Makes programs of their parents: a `genetic.algorithm.Variation` of `Candidate`.

    Births run side by side, and yet what is born depends neither on how many do nor on which is
    ready first: a draft is compared with those of earlier births alone, and when one birth
    reaches the goal, later ones of its generation are given up.

    Args:
        judge: Judges programs.
        proposers: Makes the proposer of a candidate.
        operators: Crosses and mutates.
        ask: Asks a model.
        admit: Called before whatever takes time; what it raises ends the generation.
        settings: How births go.
        models: Numbers of the models that may be asked.
        seed: What the randomness follows from that no birth brings along.
        workers: How many births may run side by side.
        watcher: Told of each program that was judged, in any order, from any thread.

    Attributes:
        calls: Questions that the births so far took.
        born: The candidates of the last generation.
    """

    def __init__(
        self,
        *,
        judge: Judge,
        proposers: Proposers,
        operators: Operators,
        ask: Callable[[Question], Completion],
        admit: Callable[[], None] = lambda: None,
        settings: Settings,
        models: Sequence[int] = (0,),
        seed: int = 0,
        workers: int = 1,
        watcher: Watcher | None = None,
    ) -> None:
        self.calls = 0
        self.born: list[Candidate] = []
        self._judge = judge
        self._proposers = proposers
        self._operators = operators
        self._ask = ask
        self._admit = admit
        self._charged = 0
        self._settings = settings
        self._models = tuple(models)
        self._bandit = Bandit(len(self._models), random.Random(derived(seed, "bandit")))
        self._too_poor = False
        self._workers = workers
        self._watcher = watcher or Unwatched()
        self._seen: set[str] = set()

    def progress(self, candidate: Candidate) -> float:
        """Return the share of the tests that it passes."""
        return candidate.fitness.progress

    @property
    def is_broke(self) -> bool:
        """Whether the calls that are left do not suffice for a new candidate, or for the next."""
        return self._too_poor or self._left < self._settings.calls_of(0)

    @property
    def _left(self) -> float:
        """The calls that are left to this island."""
        calls = self._settings.calls
        return math.inf if calls is None else calls // self._settings.islands - self._charged

    def _affordable(self, births: Sequence[Birth[Candidate]]) -> Sequence[Birth[Candidate]]:
        """Return the first births, as many as can be paid for however they go."""
        left = self._left
        for number, birth in enumerate(births):
            left -= self._settings.calls_of(len(birth.parents))
            if left < 0:
                return births[:number]
        return births

    def vary(self, births: Sequence[Birth[Candidate]]) -> list[Candidate]:
        """Draft, judge and heal programs, up to the first that reaches the goal.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        wanted, births = len(births), self._affordable(births)
        self._too_poor = not births and wanted > 0
        arms = [self._bandit.choose() for _ in births]
        born = _Generation(len(births))
        candidates: list[Candidate] = []
        with ThreadPoolExecutor(self._workers) as pool:
            futures = [
                pool.submit(self._tried, number, birth, arms[number], born)
                for number, birth in enumerate(births)
            ]
            try:
                for future in futures:
                    candidates.append(future.result())
                    if self._is_goal(candidates[-1]):
                        break
            except KeyboardInterrupt:
                born.abandon(0)
                raise
        self.born = candidates
        self.calls += sum(candidate.calls for candidate in candidates)
        # A birth that asked nothing has taken time.
        self._charged += sum(max(1, candidate.calls) for candidate in candidates)
        self._learn(arms, candidates)
        return candidates

    def _learn(self, arms: Sequence[int], candidates: Sequence[Candidate]) -> None:
        if candidates:
            middle = statistics.median_low(candidates)
            self._bandit.learn(
                (arm, middle < candidate) for arm, candidate in zip(arms, candidates, strict=False)
            )

    def _is_goal(self, candidate: Candidate) -> bool:
        return self._settings.until_correct and candidate.fitness.correct

    def _tried(
        self, number: int, birth: Birth[Candidate], arm: int, born: _Generation
    ) -> Candidate:
        """Bring one candidate to life; whatever ends the generation gives up the later ones."""
        try:
            candidate = self._born(number, birth, arm, born)
        except BaseException:
            born.abandon(number)
            raise
        if self._is_goal(candidate):
            born.abandon(number + 1)
        return candidate

    def _born(self, number: int, birth: Birth[Candidate], arm: int, born: _Generation) -> Candidate:
        """Bring one candidate to life."""

        def ask(question: Question) -> Completion:
            born.admit(number)
            return self._ask(question)

        model = self._models[arm]
        proposer = self._proposers(name=birth.name, model=model, ask=ask)
        try:
            draft, is_new = self._novel(number, birth, proposer, born)
        finally:
            born.done(number)
        judgement = self._judge.judge(draft)
        candidate = Candidate(birth.name, birth.seed, draft, judgement, model, proposer.calls)
        self._watcher.judged(candidate)
        return self._healed(candidate, proposer) if is_new else candidate

    def _novel(
        self, number: int, birth: Birth[Candidate], proposer: Proposer, born: _Generation
    ) -> tuple[str, bool]:
        """Return a draft, and whether it was unknown before."""
        draft = self._drafted(birth, proposer, 0)
        if self._settings.novelty is None:
            return draft, True
        born.wait_for_turn(number)
        for again in range(1, self._settings.novelty + 1):
            if _gist(draft) not in self._seen:
                break
            draft = self._drafted(birth, proposer, again)
        is_new = _gist(draft) not in self._seen
        self._seen.add(_gist(draft))
        return draft, is_new

    def _drafted(self, birth: Birth[Candidate], proposer: Proposer, again: int) -> str:
        self._admit()
        if not birth.parents:
            return proposer.translate(f"draft{again}")
        seed = derived(birth.seed, str(again))
        program = birth.parents[0].program
        mending = self._settings.mend_children
        if len(birth.parents) == 2:
            program = self._operators.cross(program, birth.parents[1].program, seed)
            if mending:
                program = proposer.mend_mixed(f"mixed{again}", program)
        mutated = self._operators.mutate(program, derived(seed, "mutation"))
        if mending and mutated != program:
            mutated = proposer.mend_mutated(f"mutated{again}", mutated)
        return mutated

    def _healed(self, candidate: Candidate, proposer: Proposer) -> Candidate:
        """Have the program mended some times; return the best of all attempts."""
        rng = random.Random(derived(candidate.seed, "tests"))
        program, judgement = candidate.program, candidate.judgement
        best: tuple[Judgement, str] = judgement, program
        lessons: list[Lesson] = []
        for attempt in range(self._settings.healing):
            if judgement.fitness.correct:
                break
            mend = proposer.mend(f"heal{attempt}", program, judgement, rng)
            after = self._judge.judge(mend.program)
            if judgement.fitness < after.fitness:
                lessons.append(
                    Lesson(
                        prompt=mend.prompt,
                        worse=program,
                        feedback=mend.feedback,
                        better=mend.program,
                        before=judgement.fitness,
                        after=after.fitness,
                    )
                )
            program, judgement = mend.program, after
            if best[0].fitness < judgement.fitness:
                best = judgement, program
            healed = Candidate(
                candidate.name,
                candidate.seed,
                best[1],
                best[0],
                candidate.model,
                proposer.calls,
                tuple(lessons),
            )
            self._watcher.judged(healed)
            candidate = healed
        return candidate


class _Generation:
    """Births that run side by side, and the order among them."""

    def __init__(self, births: int) -> None:
        self._turns: list[Future[None]] = [Future() for _ in range(births)]
        self._last = births
        self._lock = threading.Lock()

    def admit(self, number: int) -> None:
        """Let a birth go on.

        Raises:
            _Abandoned: Nobody waits for it.
        """
        if number >= self._last:
            raise _Abandoned

    def wait_for_turn(self, number: int) -> None:
        """Wait until all earlier births have their drafts."""
        for turn in self._turns[:number]:
            turn.result()
        self.admit(number)

    def done(self, number: int) -> None:
        """Say that a birth has its draft, or will have none."""
        self._turns[number].set_result(None)

    def abandon(self, first: int) -> None:
        """Give up all births from this one on."""
        with self._lock:
            self._last = min(self._last, first)


def _gist(program: str) -> str:
    """Return a program's text up to white space."""
    return " ".join(program.split())
