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
from genetic.translate.wager import Wager

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


@dataclass(frozen=True, slots=True)
class Score:
    """What a genome achieves on a task with a seed.

    Attributes:
        rate: The share of hidden tests that come out exactly right.
        calls: Questions that it took.
    """

    rate: float
    calls: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a contest.

    Attributes:
        adopted: Whether the challenger is better.
        p_value: How likely so much evidence would be if it were not, at most.
        pairs: On how many pairs of searches that was found out.
    """

    adopted: bool
    p_value: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The rules of all contests of a run, fixed before the first.

    Genomes meet in pairs of searches: one task and one seed for both. A contest ends as soon as the
    evidence suffices, or no longer can; see `genetic.translate.wager`.

    Attributes:
        pool: Bundled tasks on which skills are compared.
        seeds: How often each of them is searched.
        calls: Questions that a skill may ask for each search.
        attempts: How many contests a run may hold.
        level: The probability that a skill which is no better is adopted in any of them.
        load: Gives the tasks of these names.
    """

    pool: tuple[str, ...] = POOL
    seeds: int = 3
    calls: int = 16
    attempts: int = 5
    level: float = 0.05
    load: Callable[[tuple[str, ...]], Sequence[Problem]] = held

    def __post_init__(self) -> None:
        """Refuse rules under which nothing can be adopted.

        Raises:
            ValueError: There are too few pairs.
        """
        if Wager(self.level_of_each).is_lost(self.pairs):
            raise ValueError(
                f"{self.pairs} pairs can never suffice for a level of {self.level_of_each:g}; give "
                "more tasks or seeds"
            )

    @property
    def level_of_each(self) -> float:
        """The level of one contest: all of them share the run's (Bonferroni)."""
        return self.level / self.attempts

    @property
    def pairs(self) -> int:
        """Pairs of searches of a contest, at most."""
        return len(self.pool) * self.seeds

    def price(self, known: int) -> dict[str, int]:
        """Return what a contest takes at most, given how many searches are known already."""
        questions = (2 * self.pairs - known) * self.calls
        return {
            "questions": questions,
            "tokens": questions * (PROMPT_CHARS // CHARS_A_TOKEN + MAX_TOKENS),
        }

    def hold(
        self,
        incumbent: SkillGenome,
        challenger: SkillGenome,
        life: str,
        known: dict[str, list[Score]],
        asker: Asker,
    ) -> Verdict:
        """Let two genomes compete.

        Args:
            incumbent: The present one.
            challenger: The changed one.
            life: Tells the life from others: in which order the tasks come follows from it.
            known: Scores of genomes by their hashes, in that order; new ones are added.
            asker: Asks the models.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
            SandboxError: What compiles or runs programs is missing.
        """
        wager, pair = Wager(self.level_of_each), 0
        order = self.drawn(life)
        problems = {problem.name: problem for problem in self.load(self.pool)}
        with closing(open_executor("local", asker.at_once)) as executor:

            def score(genome: SkillGenome) -> Score:
                scores = known.setdefault(genome.hash, [])
                if len(scores) <= pair:
                    name, seed = order[pair]
                    scores.append(self._score(genome, problems[name], seed, asker, executor))
                return scores[pair]

            while not wager.is_won and not wager.is_lost(self.pairs - pair):
                ours, theirs = score(challenger), score(incumbent)
                wager.take(ours.rate - theirs.rate, ours.calls - theirs.calls)
                pair += 1
        return Verdict(wager.is_won, wager.p_value, pair)

    def drawn(self, life: str) -> list[tuple[str, int]]:
        """Return the tasks and seeds of a life's contests, in their order: all tasks first once."""
        rng = random.Random(life)
        return [
            (name, seed)
            for seed in range(self.seeds)
            for name in rng.sample(self.pool, len(self.pool))
        ]

    def _score(
        self, genome: SkillGenome, problem: Problem, seed: int, asker: Asker, executor: Executor
    ) -> Score:
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
                generations=self.calls,
                max_tokens=MAX_TOKENS,
                prompt_chars=PROMPT_CHARS,
            ),
            asker=asker.within(f"{genome.hash[:12]}.{problem.name}.{seed}."),
            prompts=(genome.prompts,),
            operators=operators_of(genome),
            seed=seed,
        )
        *_, last = search.generations()
        rate = judge(problem.hidden).judge(last.best.program).fitness.rate
        return Score(rate, last.calls)


def operators_of(genome: SkillGenome) -> EvolvedOperators:
    """Return the operators of a genome."""
    return EvolvedOperators(genome.evolved, TextOperators.of(genome.settings))
