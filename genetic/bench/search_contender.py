"""Translates by a search: by evolution, by independent first translations alone, or otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from autoagent.asker import CALL
from autoagent.budget import Budget
from autoagent.llm import LLMUnreachable
from autoagent.stoppable import Interrupted
from genetic.algorithm import Breeding
from genetic.bench.contender import RunResult, Setup
from genetic.bench.outcome import Mode, Point
from genetic.search.journalled import Finish
from genetic.search.watcher import Generation, Unwatched
from genetic.translate.candidate import Candidate
from genetic.translate.plan import Plan
from genetic.translate.presets import STRATEGIES
from genetic.translate.problem import Problem
from genetic.translate.run import Translation
from genetic.translate.settings import Settings


def by_strategy(mode: Mode, settings: Settings, calls: int) -> Settings:
    """Return settings under which a strategy searches until all of its questions are asked."""
    chosen = dict(STRATEGIES[mode.value])
    names = {field.name for field in fields(Breeding)} & set(chosen)
    bred = {name: chosen.pop(name) for name in names}
    # Each birth counts for a question at least, so these generations are never used up.
    return replace(
        settings,
        **chosen,
        breeding=replace(settings.breeding, **bred),
        calls=calls,
        generations=calls,
    )


class SearchContender:
    """A search for one program; a `genetic.bench.contender.Contender`.

    Args:
        problem: What is translated. Its hidden tests are not looked at.
        setup: What it is translated with.
        mode: What it is called in the journal.
        settings: How to search, if not as the setup says.
    """

    def __init__(
        self, problem: Problem, setup: Setup, mode: Mode, settings: Settings | None = None
    ) -> None:
        self._journal = setup.journal
        self._clock = setup.clock
        self._budget = Budget(tokens=setup.tokens)
        self._points: list[Point] = []
        plan = Plan(
            name=f"{problem.name} ({mode.value})",
            task=problem.open,
            target=setup.target,
            models=(setup.llm.name,),
            prompts=(setup.prompts,),
            operators={} if setup.genome is None else setup.genome.evolved,
            settings=settings or setup.settings,
            measures=setup.measures,
            seed=setup.seed,
        )
        self._translation = Translation(
            plan,
            journal=setup.journal,
            llms=(setup.llm,),
            executor=setup.executor,
            similarity=lambda ask: setup.similarity,
            at_once=setup.workers,
        )

    def translate(self, watch: Callable[[Point], None]) -> RunResult:
        """Search; see `genetic.bench.contender.Contender.translate`."""
        started = self._clock()

        def seconds() -> float:
            return round(self._clock() - started, 3)

        finished = self._translation.run(_Watcher(self._points, watch, seconds), self._budget)
        if finished.cause is Finish.UNREACHABLE:
            raise LLMUnreachable(finished.detail)
        if finished.cause is Finish.PAUSED:
            raise Interrupted(finished.detail)
        run = self._translation.run_id
        # What was asked for births that were given up counts, too: it was paid for.
        answers = [event.data for event in self._journal.events(run, CALL)]
        return RunResult(
            run=run,
            cause=finished.cause.value,
            program="" if finished.best is None else finished.best.program,
            calls=len(answers),
            tokens=sum(answer["tokens_in"] + answer["tokens_out"] for answer in answers),
            seconds=seconds(),
            points=tuple(self._points),
        )

    def pause(self) -> None:
        """Stop as soon as possible."""
        self._translation.pause()

    def kill(self) -> None:
        """Stop at once."""
        self._translation.kill()


class _Watcher(Unwatched[Candidate]):
    """Takes down each generation."""

    def __init__(
        self, points: list[Point], watch: Callable[[Point], None], seconds: Callable[[], float]
    ) -> None:
        self._points = points
        self._watch = watch
        self._seconds = seconds

    def generation(self, generation: Generation[Candidate]) -> None:
        """Take it down."""
        point = Point(
            number=generation.number,
            calls=generation.asked,
            tokens=generation.tokens,
            seconds=self._seconds(),
            fitness=generation.best.fitness,
        )
        self._points.append(point)
        self._watch(point)
