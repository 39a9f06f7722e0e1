"""A whole search: islands of translations, generation after generation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from autoagent.oracle import Oracle, derived
from genetic.algorithm import Evolution
from genetic.islands import Archipelago
from genetic.translate.author import Author
from genetic.translate.creature import Creature, Lesson
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.settings import Settings
from genetic.translate.task import Task
from genetic.translate.translator import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What a generation led to.

    Attributes:
        number: Its number, from 0.
        best: The best creature ever.
        islands: The best creature that lives on each island.
        births: How many creatures were born in it.
        judged: How many different programs were judged since the search began, those of births
            that were given up included.
        calls: Questions that its births and all before took.
        asked: Those of them that a model had to answer now, since the search began or was resumed.
        tokens: What these took.
        seconds: Since the search began or was resumed.
        lessons: What can be learnt from it.
    """

    number: int
    best: Creature
    islands: tuple[Creature, ...]
    births: int
    judged: int
    calls: int
    asked: int
    tokens: int
    seconds: float
    lessons: tuple[Lesson, ...]


class Search:
    """Looks for a program that does what another does.

    What it finds follows from task, settings, seed and the models' answers.

    Args:
        task: What is translated.
        judge: Judges programs.
        target: The language of the translation.
        settings: How to search.
        oracle: Answers questions.
        prompts: What models are asked: on the first island, on the second, and round again.
        models: Numbers of the models that may be asked, likewise; by default all on each island.
        operators: How programs are crossed, mutated and criticised; by default as the settings say.
        seed: All chance follows from it.
        judged: Told of each program that was judged, from any thread.
        better: Told of each program that is better than all before, as soon as it is judged, and
            at the end of a generation of the best one of those that were born, if that is another.

    Raises:
        ValueError: The calls do not suffice for one birth on each island.
    """

    def __init__(
        self,
        task: Task,
        *,
        judge: Judge,
        target: str,
        settings: Settings,
        oracle: Oracle,
        prompts: Sequence[Prompts] = (Prompts(),),
        models: Sequence[Sequence[int]] = (),
        operators: Operators | None = None,
        seed: int = 0,
        judged: Callable[[Creature], None] = lambda creature: None,
        better: Callable[[Creature], None] = lambda creature: None,
    ) -> None:
        if settings.calls is not None and settings.calls < settings.least_calls:
            raise ValueError(
                f"{settings.calls} calls do not suffice for a birth on each island, which may take "
                f"{settings.least_calls}; allow more calls, or less healing"
            )
        self.best: Creature | None = None
        self._judge = judge
        self._settings = settings
        self._oracle = oracle
        self._judged = judged
        self._better = better
        self._lock = threading.Lock()
        operators = operators or TextOperators(
            bias=settings.crossover_bias, rate=settings.mutation_rate, blind=settings.blind
        )
        everyone = tuple(range(max(1, len(oracle.llms))))  # a recording has no model
        self._species = [
            Translator(
                judge=judge,
                authors=partial(
                    Author,
                    task=task,
                    target=target,
                    prompts=prompts[island % len(prompts)],
                    operators=operators,
                    settings=settings,
                ),
                operators=operators,
                ask=oracle.ask,
                admit=oracle.admit,
                settings=settings,
                models=models[island % len(models)] if models else everyone,
                seed=derived(seed, f"species {island}"),
                workers=oracle.at_once,
                noticed=self._notice,
            )
            for island in range(settings.islands)
        ]
        self._evolutions = [
            Evolution(
                species,
                settings.breeding,
                seed=derived(seed, f"island {island}"),
                name=str(island),
            )
            for island, species in enumerate(self._species)
        ]

    def generations(self) -> Iterator[Generation]:
        """Search, yielding each generation once it is complete.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        started = time.monotonic()
        tokens = self._oracle.meter.spent.tokens
        with ThreadPoolExecutor(len(self._evolutions)) as pool:
            archipelago = Archipelago(
                self._evolutions,
                every=self._settings.migrate_every,
                migrants=self._settings.migrants,
                run=pool.map,
            )
            for number in range(self._settings.generations):
                if self.calls_used_up:
                    return
                archipelago.step()
                best = archipelago.best
                self._settle(best)
                yield Generation(
                    number=number,
                    best=best,
                    islands=tuple(island.population[-1] for island in archipelago.islands),
                    births=sum(len(species.born) for species in self._species),
                    judged=self._judge.judged,
                    calls=sum(species.calls for species in self._species),
                    asked=self._oracle.calls,
                    tokens=self._oracle.meter.spent.tokens - tokens,
                    seconds=time.monotonic() - started,
                    lessons=tuple(
                        lesson
                        for species in self._species
                        for creature in species.born
                        for lesson in creature.lessons
                    ),
                )
                if best.fitness.correct and self._settings.until_correct:
                    return

    @property
    def calls_used_up(self) -> bool:
        """Whether an island cannot afford another birth."""
        return any(species.is_broke for species in self._species)

    def _notice(self, creature: Creature) -> None:
        self._judged(creature)
        with self._lock:
            if self.best is None or self.best < creature:
                self._prefer(creature)

    def _settle(self, creature: Creature) -> None:
        """Go back to the best one that was born, if that is another.

        Of equal ones, and with those of births that were given up, it depends on who was faster
        which one is noticed.
        """
        with self._lock:
            if self.best is None or self.best.program != creature.program:
                self._prefer(creature)

    def _prefer(self, creature: Creature) -> None:
        self.best = creature
        self._better(creature)
