"""The variation operator of any text: how models make a better one of what there is."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

from autoagent.asker import Question, derived
from autoagent.llm import Completion
from autoagent.similarity import Measure
from genetic.algorithm import Birth
from genetic.bandit import Bandit
from genetic.evolve.candidate import Candidate, Lesson
from genetic.evolve.judge import Judge
from genetic.evolve.marks import changing
from genetic.evolve.proposer import Proposer, Shown
from genetic.evolve.settings import Settings
from genetic.search.births import Batch, Bearing, Births
from genetic.search.quota import CallsUsedUp, Quota
from genetic.search.text import trimmed
from genetic.search.watcher import Watcher
from sandbox.programs.evaluator import Evaluation

UNJUDGED = "no call was left to judge it"


class Evolver(Bearing[Candidate]):
    """Makes texts of their parents: a `genetic.search.search.Breeder` of `Candidate`.

    The first birth of all is the text that the search begins with, and asks nothing. Births of a
    batch run side by side, and know nothing of each other but the texts of earlier ones, for which
    they wait.

    Args:
        program: The text that the search begins with.
        proposer: Has models write texts.
        judge: Judges them.
        models: How many models may be asked; a bandit chooses among them.
        quota: Asks them, as long as there are questions left.
        settings: How births go.
        seed: Everything random follows from it.
        watcher: Told of each text that was judged, in any order, from any thread.
        admit: Called before whatever takes time; what it raises ends the batch.
        first: Called with the first candidate.
        took: Called with the candidates of a batch, in order, and the questions that each took.
        likeness: Tells how alike two texts are, where the settings bound that.
        workers: How many births may run side by side.
        most: How many births there are at most; None means any number.
    """

    def __init__(
        self,
        program: str,
        *,
        proposer: Proposer,
        judge: Judge,
        models: int,
        quota: Quota,
        settings: Settings,
        seed: int,
        watcher: Watcher[Candidate],
        admit: Callable[[], None] = lambda: None,
        first: Callable[[Candidate], None] = lambda candidate: None,
        took: Callable[[Sequence[Candidate]], None] = lambda born: None,
        workers: int = 1,
        most: int | None = None,
        likeness: Measure | None = None,
    ) -> None:
        self.history: list[Candidate] = []
        self._program = program
        self._proposer = proposer
        self._judge = judge
        self._bandit = Bandit(models, random.Random(derived(seed, "bandit")))
        self._quota = quota
        self._settings = settings
        self._watcher = watcher
        self._admit = admit
        self._first = first
        self._took = took
        self._workers = workers
        self._most = most
        self._births: Births[Candidate] = Births(self.is_goal)
        self._likeness = likeness
        self._seen: dict[str, str] = {}

    @property
    def is_broke(self) -> bool:
        """Whether no question is left."""
        return self._quota.is_used_up

    def is_goal(self, candidate: Candidate) -> bool:
        """Tell whether a candidate is good enough."""
        enough = self._settings.stop_score
        return enough is not None and candidate.score is not None and candidate.score >= enough

    def progress(self, candidate: Candidate) -> float:
        """Return 1 for what is good enough: nobody knows how near anything else is."""
        return float(self.is_goal(candidate))

    def vary(self, births: Sequence[Birth[Candidate]]) -> list[Candidate]:
        """Have texts written and judged, up to the first that is good enough.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: What judges is missing.
        """
        if not self.history:
            return self._begun(births[0])
        births = births[: None if self._most is None else self._most - len(self.history)]
        arms = [self._bandit.choose() for _ in births]
        rated = self._judge.questions(self._program)
        most = len(births) * (1 + self._settings.retries + rated)

        def bring(number: int, batch: Batch) -> Candidate:
            try:
                return self._written(number, births[number], arms[number], batch)
            finally:
                batch.done(number)

        workers = self._workers if self._quota.allows(most) else 1
        born = self._births.bear(len(births), workers, bring)
        middle = statistics.median_low(self.history[-self._settings.population :])
        self._bandit.learn((arms[n], middle < candidate) for n, candidate in enumerate(born))
        self._remember(born)
        return born

    def _begun(self, birth: Birth[Candidate]) -> list[Candidate]:
        """Let the first text be born; the other births of its batch have nothing to go on from."""

        def bring(number: int, batch: Batch) -> Candidate:
            evaluation = self._evaluated(self._program)
            asked = self._judge.questions(self._program)
            return Candidate(birth.name, self._program, evaluation, calls=asked)

        born = self._births.bear(1, 1, bring)
        self._first(born[0])
        self._watcher.judged(born[0])
        self._remember(born)
        return born

    def _remember(self, born: Sequence[Candidate]) -> None:
        for each in born:
            self._see(each.program)
        self.history.extend(born)
        self._took(born)

    def _written(self, number: int, birth: Birth[Candidate], arm: int, batch: Batch) -> Candidate:
        """Bring one candidate to life."""
        shown = self._shown(birth)
        failed = Candidate(
            birth.name,
            shown.parent.program,
            Evaluation(score=None, problem="nothing was written"),
            tuple(each.name for each in (shown.parent, *shown.inspirations)),
            arm,
            was_judged=False,
        )
        ask = batch.asking(number, self._quota)
        for again in range(1 + self._settings.retries):
            self._admit()
            query = self._proposer.query(shown)
            try:
                answer = ask(self._question(f"{birth.name}.{again}", query, arm))
            except CallsUsedUp:
                if not again:
                    raise
                break  # what it asked before is written down as what it is: of no use
            try:
                program = self._new(number, answer, shown.parent, batch)
            except ValueError as error:
                problem = f"{error}"
                failed = replace(
                    failed,
                    evaluation=Evaluation(score=None, problem=problem),
                    calls=again + 1,
                    thinking=answer.text,
                )
                shown = replace(shown, refused=problem)
                continue
            batch.done(number)  # later ones need not wait for what it is worth
            draft = replace(failed, program=program, calls=again + 1)
            return self._judged(draft, self._proposer.to_beat(shown), query, answer)
        return failed

    def _new(self, number: int, answer: Completion, parent: Candidate, batch: Batch) -> str:
        """Return the text in an answer.

        Raises:
            ValueError: There is none, or it is known.
        """
        if answer.finish == "length":
            raise ValueError(f"it broke off after {answer.tokens_out} tokens; be shorter")
        program = self._proposer.text(answer.text, parent)
        batch.wait_for_turn(number)
        if self._settings.novelty and trimmed(program) in self._seen:
            raise ValueError("it is a text that was tried before; change something else")
        self._check_unlike(program)
        self._see(program)
        return program

    def _see(self, program: str) -> None:
        """Remember a text, and what of it could change."""
        self._seen[trimmed(program)] = changing(program)

    def _check_unlike(self, program: str) -> None:
        """Refuse a text that is too much like one that was born before.

        Raises:
            ValueError: It is.
        """
        most = self._settings.alike
        if most is None or self._likeness is None:
            return
        pairs = [(known, changing(program)) for known in self._seen.values()]
        if any(rated and rated.value > most for rated in self._likeness.rate(pairs)):
            raise ValueError("it is too much like a text that was tried before; change more")

    def _judged(
        self, draft: Candidate, before: Candidate, query: str, answer: Completion
    ) -> Candidate:
        self._admit()
        evaluation = self._evaluated(draft.program)
        asked = draft.calls + self._judge.questions(draft.program)
        candidate = replace(
            draft, evaluation=evaluation, thinking=answer.text, was_judged=True, calls=asked
        )
        if evaluation.score is not None and before < candidate:
            lesson = Lesson(query, answer.text, before.score, evaluation.score)
            candidate = replace(candidate, lessons=(lesson,))
        self._watcher.judged(candidate)
        return candidate

    def _evaluated(self, program: str) -> Evaluation:
        """Return what a text is worth; nothing, where that takes more questions than are left."""
        try:
            return self._judge.judge(program)
        except CallsUsedUp:
            return Evaluation(score=None, problem=UNJUDGED)

    def _shown(self, birth: Birth[Candidate]) -> Shown:
        """Return what the model is shown: the best others, and one by chance."""
        parent = birth.parents[0] if birth.parents else self.history[0]
        known = {trimmed(parent.program)}
        others: list[Candidate] = []
        rng = random.Random(derived(birth.seed, "inspirations"))
        ranked = sorted(self.history, reverse=True)
        for each in (*birth.parents[1:], rng.choice(ranked), *ranked):
            is_new = trimmed(each.program) not in known and each.score is not None
            if is_new and len(others) < self._settings.inspirations:
                known.add(trimmed(each.program))
                others.append(each)
        return Shown(parent, sorted(others, reverse=True), tuple(self.history))

    def _question(self, key: str, query: str, model: int) -> Question:
        return Question(
            key=key,
            query=query,
            frame=self._proposer.frame,
            temperature=self._settings.temperature,
            max_tokens=self._settings.max_tokens,
            model=model,
        )
