"""The variation operator of translations: how a program is drafted, judged, healed."""

from __future__ import annotations

import random
import statistics
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from autoagent.asker import Question, derived
from autoagent.llm import Completion
from genetic.algorithm import Birth
from genetic.bandit import Bandit
from genetic.translate.candidate import Candidate, Lesson
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators
from genetic.translate.proposer import Proposer
from genetic.translate.quota import CallsUsedUp, Quota
from genetic.translate.settings import Settings
from genetic.translate.watcher import Unwatched, Watcher


class Proposers(Protocol):
    """Makes the proposer of a candidate."""

    def __call__(self, *, name: str, model: int, ask: Callable[[Question], Completion]) -> Proposer:
        """Return it, given the candidate's name, the model to ask, and how."""
        ...


@dataclass(frozen=True, slots=True)
class Home:
    """An island, as far as it decides how programs are written there.

    Attributes:
        proposers: Makes the proposer of a candidate.
        models: Numbers of the models that may be asked.
        bandit: Chooses among them.
        latest: What was born there last: whoever does better than most of these has succeeded.
    """

    proposers: Proposers
    models: tuple[int, ...]
    bandit: Bandit
    latest: deque[Candidate] = field(default_factory=deque)

    def learn(self, arms: Sequence[int], candidates: Sequence[Candidate]) -> None:
        """Take note of what came of births."""
        self.latest.extend(candidates)
        if self.latest:
            middle = statistics.median_low(self.latest)
            self.bandit.learn(
                (arm, middle < candidate) for arm, candidate in zip(arms, candidates, strict=False)
            )


class _Abandoned(Exception):
    """An earlier birth of the same batch has reached the goal, or failed."""


class Translator:
    """Makes programs of their parents: a `genetic.algorithm.Variation` of `Candidate`.

    It is the one place where births are scheduled. They run side by side, and yet what is born
    depends neither on how many do nor on which is ready first: a draft is compared with those of
    earlier births alone, and when one birth reaches the goal, later ones of its batch are given
    up, in the middle of a model's answer if need be. Where the questions that are left might not
    suffice for all, they are born one after the other.

    Args:
        judge: Judges programs.
        homes: The islands, by the name that births have for them.
        operators: Crosses and mutates.
        quota: Asks models, as long as there are questions left.
        admit: Called before whatever takes time; what it raises ends the batch.
        settings: How births go.
        workers: How many births may run side by side.
        ratings: Most questions that judging a program may take.
        watcher: Told of each program that was judged, in any order, from any thread.

    Attributes:
        births: How many candidates were born so far.
        given_up: How many births were given up after they had asked something.
        born: The candidates of the last batch.
    """

    def __init__(
        self,
        *,
        judge: Judge,
        homes: Mapping[str, Home],
        operators: Operators,
        quota: Quota,
        admit: Callable[[], None] = lambda: None,
        settings: Settings,
        workers: int = 1,
        ratings: int = 0,
        watcher: Watcher | None = None,
    ) -> None:
        self.births = 0
        self.given_up = 0
        self.born: list[Candidate] = []
        self._judge = judge
        self._homes = homes
        self._operators = operators
        self._quota = quota
        self._admit = admit
        self._settings = settings
        self._workers = workers
        self._ratings = ratings
        self._watcher = watcher or Unwatched()
        self._seen: set[str] = set()

    def progress(self, candidate: Candidate) -> float:
        """Return the share of the tests that it passes."""
        return candidate.fitness.progress

    @property
    def is_broke(self) -> bool:
        """Whether no question is left, or as many were born as there may be questions.

        There are births that ask nothing; they must end, too.
        """
        calls = self._settings.calls
        return self._quota.is_used_up or (calls is not None and self.births >= calls)

    def vary(self, births: Sequence[Birth[Candidate]]) -> list[Candidate]:
        """Draft, judge and heal programs, up to the first that reaches the goal.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        arms = [self._homes[birth.home].bandit.choose() for birth in births]
        batch = _Batch(len(births))
        self.born = []
        with ThreadPoolExecutor(self._side_by_side(births)) as pool:
            futures = [
                pool.submit(self._tried, number, birth, arms[number], batch)
                for number, birth in enumerate(births)
            ]
            try:
                for future in futures:
                    candidate = future.result()
                    if candidate is None:
                        break
                    self.born.append(candidate)
                    if self._is_goal(candidate):
                        break
            except KeyboardInterrupt:
                batch.abandon(0)
                raise
        self.births += len(self.born)
        self.given_up += batch.begun - len(self.born)
        self._learn(births, arms)
        return self.born

    def _side_by_side(self, births: Sequence[Birth[Candidate]]) -> int:
        """Return how many births may run at once, so that it decides nothing."""
        judged = 1 + self._settings.healing
        most = sum(self._settings.calls_of(birth) + judged * self._ratings for birth in births)
        return self._workers if self._quota.allows(most) else 1

    def _learn(self, births: Sequence[Birth[Candidate]], arms: Sequence[int]) -> None:
        for name, home in self._homes.items():
            ours = [n for n, _ in enumerate(self.born) if births[n].home == name]
            home.learn([arms[n] for n in ours], [self.born[n] for n in ours])

    def _is_goal(self, candidate: Candidate) -> bool:
        return self._settings.until_correct and candidate.fitness.correct

    def _tried(
        self, number: int, birth: Birth[Candidate], arm: int, batch: _Batch
    ) -> Candidate | None:
        """Bring one candidate to life; whatever ends the batch gives up the later ones.

        Returns:
            The candidate, or None if no question was left for it.
        """
        try:
            candidate = self._born(number, birth, arm, batch)
        except CallsUsedUp:
            batch.abandon(number + 1)
            return None
        except BaseException:
            batch.abandon(number)
            raise
        if self._is_goal(candidate):
            batch.abandon(number + 1)
        return candidate

    def _born(self, number: int, birth: Birth[Candidate], arm: int, batch: _Batch) -> Candidate:
        """Bring one candidate to life."""

        def ask(question: Question) -> Completion:
            batch.admit(number)
            self._quota.count(question)
            batch.begin(number)
            return self._quota.ask(question, on_text=lambda piece: batch.admit(number))

        home = self._homes[birth.home]
        model = home.models[arm]
        proposer = home.proposers(name=birth.name, model=model, ask=ask)
        if birth.mends:
            batch.done(number)
            return self._mended(birth, model, proposer)
        try:
            draft, is_new = self._novel(number, birth, proposer, batch)
        finally:
            batch.done(number)
        judgement = self._judge.judge(draft)
        candidate = Candidate(
            birth.name,
            birth.seed,
            draft,
            judgement,
            model,
            proposer.calls,
            is_cut=proposer.is_cut,
        )
        self._watcher.judged(candidate)
        return self._healed(candidate, proposer) if is_new else candidate

    def _novel(
        self, number: int, birth: Birth[Candidate], proposer: Proposer, batch: _Batch
    ) -> tuple[str, bool]:
        """Return a draft, and whether it was unknown before."""
        draft = self._drafted(birth, proposer, 0)
        novelty = self._settings.redrafts
        if novelty is None:
            return draft, True
        batch.wait_for_turn(number)
        for again in range(1, novelty + 1):
            if gist(draft) not in self._seen:
                break
            draft = self._drafted(birth, proposer, again)
        is_new = gist(draft) not in self._seen
        self._seen.add(gist(draft))
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
        latest = best = candidate
        rng = random.Random(derived(candidate.seed, "tests"))
        for attempt in range(self._settings.heals):
            if latest.fitness.correct:
                break
            try:
                latest = self._mend(f"heal{attempt}", latest, proposer, rng)
            except CallsUsedUp:
                break
            best = replace(
                latest if best < latest else best, calls=latest.calls, lessons=latest.lessons
            )
            self._watcher.judged(best)
        return best

    def _mended(self, birth: Birth[Candidate], model: int, proposer: Proposer) -> Candidate:
        """Return what one mend makes of a program."""
        self._admit()
        (parent,) = birth.parents
        start = Candidate(birth.name, birth.seed, parent.program, parent.judgement, model)
        proposer.take_up(parent.before, parent.is_cut)
        mended = self._mend("mend", start, proposer, random.Random(derived(birth.seed, "tests")))
        self._watcher.judged(mended)
        return mended

    def _mend(
        self, key: str, candidate: Candidate, proposer: Proposer, rng: random.Random
    ) -> Candidate:
        """Return a program after one more mend, with what can be learnt of it."""
        mend = proposer.mend(key, candidate.program, candidate.judgement, rng)
        after = self._judge.judge(mend.program)
        lessons = candidate.lessons
        if candidate.fitness < after.fitness:
            lesson = Lesson(
                prompt=mend.prompt,
                worse=candidate.program,
                feedback=mend.feedback,
                better=mend.program,
                before=candidate.fitness,
                after=after.fitness,
            )
            lessons = (*lessons, lesson)
        return replace(
            candidate,
            program=mend.program,
            judgement=after,
            calls=proposer.calls,
            lessons=lessons,
            before=candidate.judgement,
            is_cut=proposer.is_cut,
        )


class _Batch:
    """Births that run side by side, and the order among them."""

    def __init__(self, births: int) -> None:
        self._turns: list[Future[None]] = [Future() for _ in range(births)]
        self._last = births
        self._begun: set[int] = set()
        self._lock = threading.Lock()

    @property
    def begun(self) -> int:
        """How many births have asked something."""
        return len(self._begun)

    def begin(self, number: int) -> None:
        """Say that a birth asks something."""
        with self._lock:
            self._begun.add(number)

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


def gist(program: str) -> str:
    """Return a program's text up to white space."""
    return " ".join(program.split())
