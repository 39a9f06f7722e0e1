"""A translation that is written down as it goes, and can be taken up again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Protocol

from autoagent.asker import CALL, Asker, Question
from autoagent.budget import Budget, Limit, Spent
from autoagent.death import Stop
from autoagent.ended import Ending
from autoagent.events import calls, count, maybe, number, record, text
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm import LLM, Frame
from autoagent.meter import Meter
from autoagent.similarity import Similarity
from genetic.executors import Executor
from genetic.fitness import Fitness
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judge, Judgement
from genetic.translate.operators import Operators
from genetic.translate.plan import Plan
from genetic.translate.search import Generation, Search

FITNESS = record(
    compile_errors=count, unique=number, passed=number, tests=count, exact=count, fuel=maybe(count)
)
BEST = record(name=text, program=text, fitness=FITNESS)
FITNESS_FIELDS = tuple(field.name for field in fields(Fitness))


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


class Watcher(Protocol):
    """Watches a translation as it happens. Whatever it is told is in the journal already."""

    def judged(self, candidate: Candidate) -> None:
        """A program was judged; called from any thread. The only thing that is not journalled."""

    def better(self, candidate: Candidate) -> None:
        """It is better than all before; called from any thread, one at a time."""

    def generation(self, generation: Generation) -> None:
        """A generation is complete."""


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
        self._lock = threading.Lock()
        self._meter = Meter()
        self._watcher: Watcher | None = None
        self._asker = Asker(
            llms,
            meter=self._meter,
            seed=plan.seed,
            record=lambda data: self._write((CALL, data)),
            known=() if run is None else calls(journal, run),
            at_once=at_once,
        )
        judge = Judge(
            plan.task,
            target=plan.target,
            executor=executor,
            similarity=similarity(self._rating),
            first=plan.settings.first,
            loose=plan.loose,
        )
        self._search = Search(
            plan.task,
            judge=judge,
            target=plan.target,
            settings=plan.settings,
            asker=self._asker,
            prompts=plan.prompts,
            models=plan.island_models,
            operators=operators,
            seed=plan.seed,
            judged=self._judged,
            better=self._better,
        )
        self._best: Candidate | None = None
        self._known_generations = 0
        self._known_lessons: set[str] = set()
        self.run_id = journal.begin(plan.as_dict()) if run is None else self._take_up(run)

    def run(self, watcher: Watcher, budget: Budget | None = None) -> Finished:
        """Search until the goal, the end of the budget, or a pause; return how it stopped.

        Raises:
            JournalError: The journal cannot be written.
            LLMError: A setting of a model is wrong.
            SandboxError: What compiles or runs programs is missing.
        """
        self._watcher = watcher
        self._meter.start(budget or Budget())
        ending = Ending(self._meter)
        finish, detail = None, ""
        try:
            with ending:
                for generation in self._search.generations():
                    self._complete(generation)
                    watcher.generation(generation)
                finish, detail = self._end_of_search()
        finally:
            # A search that is killed has lost nothing: it is as good as paused.
            cause = Finish.PAUSED if ending.cause is Stop.KILLED else Finish(ending.cause.value)
            self.finished = Finished(
                cause=finish or cause,
                limit=ending.limit,
                detail=detail or ending.detail,
                best=self._best,
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
        best = self._best
        if best is not None and best.fitness.correct and self._plan.settings.until_correct:
            return Finish.CORRECT, "every test passes"
        if self._search.calls_used_up:
            return Finish.CALLS, "no calls are left for another birth"
        return Finish.GENERATIONS, "all generations were born"

    def _take_up(self, run: str) -> str:
        for best in _proper(self._journal, run, "best", BEST):
            fitness = fitness_of(best["fitness"])
            assert fitness is not None
            self._best = Candidate(best["name"], 0, best["program"], Judgement(fitness))
        self._known_generations = len(list(generations(self._journal, run)))
        self._known_lessons = {lesson["name"] for lesson in lessons(self._journal, run)}
        self._journal.append(run, [("resume", self._plan.as_dict())])
        return run

    def _judged(self, candidate: Candidate) -> None:
        """Write down what can be learnt from a birth, as far as it has come."""
        for place, lesson in enumerate(candidate.lessons):
            name = f"{candidate.name}.{place}"
            with self._lock:
                if name in self._known_lessons:
                    continue
                self._known_lessons.add(name)
            self._write(("lesson", {"name": name, **asdict(lesson)}))
        if self._watcher is not None:
            self._watcher.judged(candidate)

    def _better(self, candidate: Candidate) -> None:
        """Write a program down that is better than all so far, and tell of it."""
        if self._best is not None and not self._best < candidate:
            return
        self._best = candidate
        self._write(("best", described(candidate)))
        if self._watcher is not None:
            self._watcher.better(candidate)

    def _complete(self, generation: Generation) -> None:
        """Write down what a generation led to, unless that was done before the run was cut off."""
        if generation.number < self._known_generations:
            return
        data = {
            "number": generation.number,
            "fitness": asdict(generation.best.fitness),
            "births": generation.births,
            "judged": generation.judged,
            "calls": generation.calls,
            "tokens": generation.tokens,
            "seconds": round(generation.seconds, 3),
        }
        self._write(("generation", data))

    def _rating(self, query: str, frame: Frame, max_tokens: int) -> str:
        """Ask the first model how close two outputs are."""
        key = f"rate.{hashlib.sha256(query.encode()).hexdigest()[:16]}"
        question = Question(
            key=key, query=query, frame=frame, temperature=0.0, max_tokens=max_tokens
        )
        return self._asker.ask(question).text

    def _write(self, *events: tuple[str, Data]) -> None:
        self._journal.append(self.run_id, events)


def described(candidate: Candidate) -> Data:
    """Return a candidate as it is journalled."""
    return {
        "name": candidate.name,
        "program": candidate.program,
        "fitness": asdict(candidate.fitness),
    }


def fitness_of(data: Any) -> Fitness | None:
    """Return the fitness in a journal's event, or None if there is none."""
    return Fitness(**{name: data[name] for name in FITNESS_FIELDS}) if FITNESS(data) else None


def generations(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what each generation of a run led to.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(number=count, fitness=FITNESS, births=count, judged=count, calls=count)
    yield from _proper(journal, run, "generation", shape)


def lessons(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what can be learnt from a run: worse programs, what was told, better programs.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(
        name=text,
        prompt=text,
        worse=text,
        feedback=text,
        better=text,
        before=FITNESS,
        after=FITNESS,
    )
    yield from _proper(journal, run, "lesson", shape)


def end(journal: Journal, run: str) -> Data | None:
    """Return how a run stopped; None while it has not.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    last = journal.end(run)
    shape = record(cause=text, detail=text)
    best = maybe(record(program=text, fitness=FITNESS))
    if last is not None and not (shape(last) and best(last.get("best"))):
        raise JournalError(f"the record of run {run} is damaged: its end has a wrong field")
    return last


def _proper(
    journal: Journal, run: str, kind: str, shape: Callable[[object], bool]
) -> Iterator[Data]:
    for event in journal.events(run, kind):
        if not shape(event.data):
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} ({kind}) has a wrong or "
                "missing field"
            )
        yield event.data
