"""Runs tasks in modes, one after the other, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, Protocol

from autoagent.llm.weights import weights_of
from autoagent.stoppable import InTurn
from genetic.bench.agent_contender import AgentContender
from genetic.bench.bred import Asked
from genetic.bench.contender import Contender, Setup
from genetic.bench.outcome import Mode, Outcome, Outcomes, Point
from genetic.bench.search_contender import SearchContender, by_strategy
from genetic.remembering import remembering
from genetic.translate.problem import TARGET, Problem, digest
from genetic.translate.tasks import BundledTask
from sandbox.session import Sandbox


class Watcher(Protocol):
    """Watches a benchmark as it happens."""

    def begun(self, task: str, mode: Mode) -> None:
        """A task begins in a mode."""

    def moved(self, point: Point) -> None:
        """It has come so far."""

    def finished(self, outcome: Outcome, *, known: bool) -> None:
        """It is finished, and kept; or it was so already."""


class Benchmark(InTurn):
    """Tasks and modes. What is finished is kept, and not done again.

    Everything but the seconds follows from the conditions and the model's answers, with one
    worker, and as many further tests, of which there is time for fewer where a source is slow. With
    more workers, a search that reaches its goal may have asked more or fewer questions that it gave
    up. What an agent has made of its engine, the agent of the next task begins with.

    What several searches of one task ask alike, with the same seed, is answered once. All modes and
    repeats of a task come before the next one, so what is cut short is a table of fewer tasks.

    Args:
        tasks: What is translated.
        modes: How, in this order. After the engine, the others have as many answers of the model
            as it had on that task.
        setup: What they are translated with.
        outcomes: Where outcomes are kept.
        watcher: Watches.
        wall: Opens what agents live behind; it stays open.
        repeats: How often each task is translated in each mode, with the next seed each time.
    """

    def __init__(
        self,
        tasks: Sequence[BundledTask],
        modes: Sequence[Mode],
        *,
        setup: Setup,
        outcomes: Outcomes,
        watcher: Watcher,
        wall: Callable[[], Sandbox],
        repeats: int = 1,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._modes = modes
        self._setup = setup
        self._memory = remembering(setup.llm)
        self._weights = weights_of(setup.llm)
        self._seed, self._repeats = setup.seed, repeats
        self._outcomes = outcomes
        self._watcher = watcher
        self._wall = wall
        self._engine, self._learning = setup.engine, setup.learning

    def run(self) -> Iterator[Outcome]:
        """Yield each outcome.

        Raises:
            Interrupted: It was paused or killed; what was begun is begun again next time.
            LLMError: The model cannot be asked, or gave no answer.
            JournalError: The journal cannot be written.
            SandboxError: What compiles or runs programs is missing.
            ValueError: A task or a setting is wrong, or a kept outcome is damaged.
        """
        for task in self._tasks:
            problem = cache(partial(self._problem, task))
            for seed in range(self._seed, self._seed + self._repeats):
                self._setup = replace(self._setup, seed=seed)
                self._memory.forget()
                yield from self._repeated(task, problem)

    def _repeated(self, task: BundledTask, problem: Callable[[], Problem]) -> Iterator[Outcome]:
        """Yield the outcome of each mode with the present seed."""
        calls = usual_calls(self._setup)
        for mode in self._modes:
            conditions = self._conditions(task, mode, calls)
            outcome = self._outcomes.find(task.name, mode, conditions)
            known = outcome is not None
            if outcome is None:
                outcome = self._translated(problem(), mode, calls, conditions)
                self._outcomes.keep(outcome)
            self._learn(outcome)
            self._watcher.finished(outcome, known=known)
            yield outcome
            if mode is Mode.ENGINE:
                calls = max(outcome.calls, 1)

    def _problem(self, task: BundledTask) -> Problem:
        return Problem.of(task).widened(self._setup.fuzz, self._seed)

    def _conditions(self, task: BundledTask, mode: Mode, calls: int) -> dict[str, Any]:
        setup = self._setup
        return {
            "task": digest(task),
            "mode": mode.value,
            "model": setup.llm.name,
            **({"weights": self._weights} if self._weights else {}),
            "server": getattr(setup.llm, "base_url", None),
            "settings": setup.settings.as_dict(),
            "calls": setup.settings.calls if mode is Mode.ENGINE else calls,
            "tokens": setup.tokens,
            "measures": dict(setup.measures),
            "fuzz": setup.fuzz,
            "seed": setup.seed,
            # Repeats have the same further tests.
            **({} if setup.seed == self._seed else {"fuzz_seed": self._seed}),
            **({} if setup.target == TARGET else {"target": setup.target}),
            **self._engine_conditions(mode),
        }

    def _engine_conditions(self, mode: Mode) -> dict[str, Any]:
        """Return what decides an outcome beside that, where the engine is not the usual one."""
        if mode is Mode.EVOLVING_SKILL:
            return {"engine": self._engine.hash, "learning": self._learning}
        asked = mode not in (Mode.AGENT, Mode.BEST_OF_N)
        changed = self._setup.genome is not None and asked
        return {"engine": self._setup.engine.hash} if changed else {}

    def _learn(self, outcome: Outcome) -> None:
        """Go on with what an agent has made of its engine."""
        if outcome.mode is not Mode.EVOLVING_SKILL or outcome.genome is None:
            return
        self._engine = self._engine.patched(outcome.genome)
        self._learning -= outcome.learning

    def _translated(
        self, problem: Problem, mode: Mode, calls: int, conditions: dict[str, Any]
    ) -> Outcome:
        self._watcher.begun(problem.name, mode)
        work = self.taken_up(self._contender(problem, mode, calls))
        result = work.translate(self._watcher.moved)
        return Outcome(
            task=problem.name,
            level=problem.level,
            mode=mode,
            conditions=conditions,
            run=result.run,
            cause=result.cause,
            program=result.program,
            open=self._setup.judge(problem.open).judge(result.program).fitness,
            hidden=self._setup.judge(problem.hidden).judge(result.program).fitness,
            calls=result.calls,
            tokens=result.tokens,
            seconds=round(result.seconds, 3),
            points=result.points,
            learning=result.learning,
            genome=result.genome,
        )

    def _contender(self, problem: Problem, mode: Mode, calls: int) -> Contender:
        setup = self._setup
        asking = replace(setup, llm=self._memory, clock=self._memory.clock)
        match mode:
            case Mode.ENGINE:
                return SearchContender(problem, asking, mode)
            case Mode.AGENT:
                return AgentContender(problem, setup, calls, self._wall())
            case Mode.SKILL:
                return AgentContender(problem, setup, calls, self._wall(), setup.engine)
            case Mode.EVOLVING_SKILL:
                learning = Asked(self._learning)
                return AgentContender(problem, setup, calls, self._wall(), self._engine, learning)
            case _:
                settings = by_strategy(mode, setup.settings, calls)
                return SearchContender(problem, asking, mode, settings)


def usual_calls(setup: Setup) -> int:
    """Return how many answers a mode may have for which the engine has set no example."""
    settings = setup.settings
    return settings.calls or settings.breeding.population * settings.generations
