"""Whether a changed translation skill is better than the present one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache

from autoagent.asker import Asker
from autoagent.similarity import Length, Similarity
from genetic.executors import Executor, open_executor
from genetic.translate.evolved import EvolvedOperators
from genetic.translate.judge import Judge
from genetic.translate.operators import TextOperators
from genetic.translate.problem import TARGET, Problem
from genetic.translate.search import Search
from genetic.translate.skill_genome import SkillGenome
from genetic.translate.task import Task
from genetic.translate.tasks import load_tasks

MAX_TOKENS = 512
PROMPT_CHARS = 6_000
CHARS_A_TOKEN = 3
"""A cautious guess, for programs."""
POOL = tuple(task.name for task in load_tasks() if task.level != "hard")


@cache
def held(names: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return bundled tasks for a contest, in which no larger input measures the run cost.

    Raises:
        ValueError: There is no task of that name.
        SandboxError: What runs their sources is missing.
    """
    return tuple(Problem.of(task, stress=False) for name in names for task in load_tasks(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The rules of all contests of a run, fixed before the first.

    Attributes:
        pool: Bundled tasks among which those are drawn on which skills are compared.
        size: How many are drawn.
        calls: Questions that a skill may ask for each of them.
        generations: Generations that it may take, likewise.
        attempts: How many contests a run may hold.
        level: The probability that a skill which is no better is adopted in any of them.
        seed: Of all searches.
        load: Gives the tasks of these names.
    """

    pool: tuple[str, ...] = POOL
    size: int = 8
    calls: int = 16
    generations: int = 4
    attempts: int = 5
    level: float = 0.05
    seed: int = 0
    load: Callable[[tuple[str, ...]], Sequence[Problem]] = held

    @property
    def level_of_each(self) -> float:
        """The level of one contest: all of them share the run's (Bonferroni)."""
        return self.level / self.attempts

    @property
    def tokens(self) -> int:
        """What scoring a genome takes, at most, in tokens."""
        return self.size * self.calls * (PROMPT_CHARS // CHARS_A_TOKEN + MAX_TOKENS)

    def drawn(self, life: str) -> tuple[str, ...]:
        """Return the tasks of a life's contests, given what tells it from others."""
        return tuple(random.Random(life).sample(self.pool, self.size))

    def scores(self, genome: SkillGenome, names: tuple[str, ...], asker: Asker) -> list[float]:
        """Return what a genome achieves on each task: the share of hidden tests that match.

        Seeds and budget are the same for every genome.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
            SandboxError: What compiles or runs programs is missing.
        """
        with closing(open_executor("local", asker.at_once)) as executor:
            return [self._score(genome, problem, asker, executor) for problem in self.load(names)]

    def _score(
        self, genome: SkillGenome, problem: Problem, asker: Asker, executor: Executor
    ) -> float:
        def judge(task: Task) -> Judge:
            return Judge(
                task,
                target=TARGET,
                executor=executor,
                similarity=Similarity([(Length(), 1)]),
                first=genome.settings.first,
            )

        search = Search(
            problem.open,
            judge=judge(problem.open),
            target=TARGET,
            settings=replace(
                genome.settings,
                calls=self.calls,
                generations=self.generations,
                max_tokens=MAX_TOKENS,
                prompt_chars=PROMPT_CHARS,
            ),
            asker=asker.within(f"{genome.hash[:12]}.{problem.name}."),
            prompts=(genome.prompts,),
            operators=operators_of(genome),
            seed=self.seed,
        )
        *_, last = search.generations()
        return judge(problem.hidden).judge(last.best.program).fitness.rate


def operators_of(genome: SkillGenome) -> EvolvedOperators:
    """Return the operators of a genome."""
    settings = genome.settings
    first = TextOperators(
        bias=settings.crossover_bias, rate=settings.mutation_rate, blind=settings.blind
    )
    return EvolvedOperators(genome.evolved, first)
