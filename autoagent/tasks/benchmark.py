"""Runs tasks with models and genomes side by side, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autoagent.first_genome import FirstGenome
from autoagent.kept import Kept
from autoagent.llm import LLM
from autoagent.llm.weights import weights_of
from autoagent.stoppable import InTurn
from autoagent.tasks.attempt import Attempt, Setup
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.task import Task

WALL = "wall"
"""What outcomes of earlier versions do not tell among their conditions."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared.

    Attributes:
        llm: Who answers.
        genome: What its lives begin with.
    """

    llm: LLM
    genome: FirstGenome


class Watcher(Protocol):
    """Watches a benchmark as it happens."""

    def begun(self, task: str, side: str) -> None:
        """A life with a task begins."""

    def finished(self, outcome: Outcome, *, known: bool) -> None:
        """It is finished, and kept; or it was so already."""


class Benchmark(InTurn):
    """Tasks, and who attempts them. What is finished is kept, and not done again.

    Args:
        tasks: What is asked.
        sides: Who is asked, one after the other on each task.
        setup: What the tasks are attempted with.
        outcomes: Where outcomes are kept.
        watcher: Watches.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        sides: Sequence[Side],
        *,
        setup: Setup,
        outcomes: Kept[Outcome],
        watcher: Watcher,
    ) -> None:
        super().__init__()
        self._tasks, self._sides, self._setup = tasks, sides, setup
        self._outcomes, self._watcher = outcomes, watcher

    def run(self) -> Iterator[Outcome]:
        """Yield each outcome.

        Raises:
            Interrupted: It was paused or killed; what was begun is begun again next time.
            LLMError: The model cannot be asked, or gave no answer.
            JournalError: The journal cannot be written.
            SandboxError: The wall broke.
            ValueError: A task is broken, or a kept outcome is damaged.
        """
        weights = {side.llm.name: weights_of(side.llm) for side in self._sides}
        for task in self._tasks:
            for seed in range(self._setup.seed, self._setup.seed + self._setup.draws):
                for side in self._sides:
                    conditions = self._conditions(task, side, seed)
                    conditions["weights"] = weights[side.llm.name]
                    outcome = self._outcomes.find(task.name, conditions)
                    known = outcome is not None
                    if outcome is None:
                        outcome = self._attempted(task, side, seed, conditions)
                        self._outcomes.keep(task.name, conditions, outcome.as_dict())
                    self._watcher.finished(outcome, known=known)
                    yield outcome

    def _conditions(self, task: Task, side: Side, seed: int) -> dict[str, Any]:
        return {
            "task": task.digest,
            "examiner": self._setup.examiner.digest,
            "model": side.llm.name,
            "server": getattr(side.llm, "base_url", None),
            "genome": side.genome.hash,
            "named": side.genome.name,
            WALL: self._setup.wall.name,
            "build": self._setup.wall.build,
            "steps": self._setup.steps or task.steps,
            "tokens": self._setup.tokens,
            "seed": seed,
            **({"analyze": list(panel.names)} if (panel := self._setup.panel) else {}),
        }

    def _attempted(self, task: Task, side: Side, seed: int, conditions: dict[str, Any]) -> Outcome:
        self._watcher.begun(task.name, f"{side.llm.name}/{side.genome.name}")
        posed = self._setup.examiner.pose(task, seed)
        work = self.taken_up(
            Attempt(task, posed, llm=side.llm, genome=side.genome, seed=seed, setup=self._setup)
        )
        found = work.live()
        spent = found.ended.spent
        return Outcome(
            task=task.name,
            kind=task.kind,
            level=task.level,
            model=side.llm.name,
            genome=side.genome.name,
            seed=seed,
            conditions=conditions,
            run=found.run,
            cause=found.ended.cause.value,
            wrong=found.wrong,
            steps=spent.steps,
            tokens=spent.tokens,
            seconds=round(spent.seconds, 3),
        )
