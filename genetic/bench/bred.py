"""The translation engine as the skill of a benchmark's agent: for its one program, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.skills import SkillContext, SkillError
from genetic.bench.attempt import Attempt
from genetic.bench.contender import Setup
from genetic.skill import Translate
from genetic.translate.contest import Contest
from genetic.translate.skill_genome import SkillGenome
from genetic.translate.task import Task


class Asked:
    """Counts questions to a model against a bound.

    Args:
        most: How many there may be.

    Attributes:
        count: How many there were.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most

    @property
    def left(self) -> int:
        """How many more there may be."""
        return max(self._most - self.count, 0)

    @contextmanager
    def counting(self, context: SkillContext) -> Iterator[None]:
        """Count what a skill asks meanwhile."""
        before = context.asker.calls
        try:
            yield
        finally:
            self.count += context.asker.calls - before


@dataclass(kw_only=True, eq=False)
class Bred:
    """Breeds a translation of one program; a `autoagent.skills.Skill`.

    What it finds counts as an attempt.

    Attributes:
        task: The program, with its open tests.
        genome: What the engine is made of now.
        attempt: Keeps the best program.
        asked: Counts the questions of agent and engine together.
        setup: Judges programs.
        contest: How genomes are compared, if they are.
    """

    task: Task
    genome: SkillGenome
    attempt: Attempt
    asked: Asked
    setup: Setup
    contest: Contest | None = None
    name = Translate.name
    description = (
        "self.use('translate', calls=N) breeds a C program with at most N questions to a model; "
        "returns a dict: program, correct, fitness, calls, calls_left"
    )
    cost = 0.0

    def __post_init__(self) -> None:
        """Make the engine."""
        self._engine = Translate(self.contest, lambda: self.setup.similarity, self.genome)

    def call(self, arguments: dict[str, Any], context: SkillContext) -> dict[str, Any]:
        """Breed with at most ``calls`` questions, or with all that are left.

        Raises:
            SkillError: The argument is wrong, or no question is left.
        """
        left = self.asked.left
        calls = arguments.get("calls", left)
        if not left:
            raise SkillError("translate: all questions to the model are used up")
        if set(arguments) - {"calls"} or type(calls) is not int or calls < 1:
            raise SkillError("translate: give calls=N, a whole number from 1, and no more")
        with self.asked.counting(context):
            last = self._engine.search(
                self.task, self.setup.target, min(calls, left), context, self.setup.executor
            )
        fitness = self.attempt.take(last.best.program).fitness
        return {
            "program": last.best.program,
            "correct": fitness.correct,
            "fitness": asdict(fitness),
            "calls": last.calls,
            "calls_left": self.asked.left,
        }


@dataclass(kw_only=True, eq=False)
class Evolving(Bred):
    """The same, and the agent may change it; a `autoagent.skills.Evolvable`.

    Attributes:
        learning: Counts the questions of contests.
    """

    learning: Asked

    def read(self, context: SkillContext) -> dict[str, Any]:
        """Return the genome as it is now, and what a contest takes of what is left for that."""
        return self._engine.read(context) | {"questions_left": self.learning.left}

    def evolve(self, patch: Any, context: SkillContext) -> dict[str, Any]:
        """Let a changed genome compete; see `genetic.skill.Translate.evolve`.

        Raises:
            SkillError: The change is refused, or too few questions are left for a contest.
        """
        price = self._engine.read(context)["contest"]["at_most"]["questions"]
        if price > self.learning.left:
            raise SkillError(
                f"a contest may take {price} questions, and {self.learning.left} are left for them"
            )
        with self.learning.counting(context):
            verdict = self._engine.evolve(patch, context)
        if verdict["adopted"]:
            self.genome = self.genome.patched(patch)
        return verdict

    def roll_back(self, version: Any, context: SkillContext) -> dict[str, Any]:
        """Return to an earlier version of this life.

        Raises:
            SkillError: There is none of that number.
        """
        rolled = self._engine.roll_back(version, context)
        self.genome = self._engine.versions(context)[version]
        return rolled
