"""The variation operator of translations: how a program is drafted, judged, healed."""

from __future__ import annotations

import random
import statistics
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from autoagent.asker import Question, derived
from autoagent.llm import Completion
from genetic.algorithm import Birth
from genetic.bandit import Bandit
from genetic.search.births import Batch, Bearing, Births
from genetic.search.quota import CallsUsedUp, Quota
from genetic.search.text import trimmed
from genetic.search.watcher import Unwatched, Watcher
from genetic.translate.candidate import Candidate, Lesson
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators
from genetic.translate.proposer import Proposer
from genetic.translate.settings import Settings


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


class Translator(Bearing[Candidate]):
    """Makes programs of their parents: a `genetic.algorithm.Variation` of `Candidate`.

    They are born side by side (`genetic.search.births`), and yet what is born depends neither on
    how many are nor on which is ready first: a draft is compared with those of earlier births
    alone. Where the questions that are left might not suffice for all, they are born one after the
    other.

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
        same: Returns what is equal of two programs that are the same.
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
        watcher: Watcher[Candidate] | None = None,
        same: Callable[[str], str] = trimmed,
    ) -> None:
        self._births: Births[Candidate] = Births(self._is_goal)
        self._judge = judge
        self._homes = homes
        self._operators = operators
        self._quota = quota
        self._admit = admit
        self._settings = settings
        self._workers = workers
        self._ratings = ratings
        self._watcher: Watcher[Candidate] = watcher or Unwatched()
        self._same = same
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

        def bring(number: int, batch: Batch) -> Candidate:
            return self._born(number, births[number], arms[number], batch)

        born = self._births.bear(len(births), self._side_by_side(births), bring)
        self._learn(births, arms)
        return born

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

    def _born(self, number: int, birth: Birth[Candidate], arm: int, batch: Batch) -> Candidate:
        """Bring one candidate to life."""
        home = self._homes[birth.home]
        model = home.models[arm]
        proposer = home.proposers(
            name=birth.name, model=model, ask=batch.asking(number, self._quota)
        )
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
            remark=proposer.remark,
            parents=tuple(parent.name for parent in birth.parents),
        )
        self._watcher.judged(candidate)
        return self._healed(candidate, proposer) if is_new else candidate

    def _novel(
        self, number: int, birth: Birth[Candidate], proposer: Proposer, batch: Batch
    ) -> tuple[str, bool]:
        """Return a draft, and whether it was unknown before."""
        draft = self._drafted(birth, proposer, 0)
        novelty = self._settings.redrafts
        if novelty is None:
            return draft, True
        batch.wait_for_turn(number)
        for again in range(1, novelty + 1):
            if self._same(draft) not in self._seen:
                break
            draft = self._drafted(birth, proposer, again)
        is_new = self._same(draft) not in self._seen
        self._seen.add(self._same(draft))
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
        start = Candidate(
            birth.name,
            birth.seed,
            parent.program,
            parent.judgement,
            model,
            parents=(parent.name,),
        )
        proposer.take_up(parent.before, parent.remark)
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
            remark=proposer.remark,
        )
