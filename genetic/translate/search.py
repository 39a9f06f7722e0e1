"""A whole search: islands of translations, generation after generation."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from autoagent.asker import Asker, derived
from genetic.algorithm import Evolution
from genetic.islands import Archipelago
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.proposer import Proposer
from genetic.translate.settings import Settings
from genetic.translate.task import Task
from genetic.translate.translator import Translator
from genetic.translate.watcher import Best, Generation, Unwatched, Watcher


class Search:
    """Looks for a program that does what another does.

    What it finds follows from task, settings, seed and the models' answers.

    Args:
        task: What is translated.
        judge: Judges programs.
        target: The language of the translation.
        settings: How to search.
        asker: Answers questions.
        prompts: What models are asked: on the first island, on the second, and round again.
        models: Numbers of the models that may be asked, likewise; by default all on each island.
        operators: How programs are crossed, mutated and criticised; by default as the settings say.
        seed: Everything random follows from it.
        watcher: Watches.
        best: The best program from before, if the search was begun before.

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
        asker: Asker,
        prompts: Sequence[Prompts] = (Prompts(),),
        models: Sequence[Sequence[int]] = (),
        operators: Operators | None = None,
        seed: int = 0,
        watcher: Watcher | None = None,
        best: Candidate | None = None,
    ) -> None:
        if settings.calls is not None and settings.calls < settings.least_calls:
            raise ValueError(
                f"{settings.calls} calls do not suffice for a birth on each island, which may take "
                f"{settings.least_calls}; allow more calls, or less healing"
            )
        self._best = Best(watcher or Unwatched(), best)
        self._judge = judge
        self._settings = settings
        self._asker = asker
        operators = operators or TextOperators(
            bias=settings.crossover_bias, rate=settings.mutation_rate, blind=settings.blind
        )
        everyone = tuple(range(max(1, len(asker.llms))))  # a recording has no model
        self._variations = [
            Translator(
                judge=judge,
                proposers=partial(
                    Proposer,
                    task=task,
                    target=target,
                    prompts=prompts[island % len(prompts)],
                    operators=operators,
                    settings=settings,
                ),
                operators=operators,
                ask=asker.ask,
                admit=asker.admit,
                settings=settings,
                models=models[island % len(models)] if models else everyone,
                seed=derived(seed, f"species {island}"),
                workers=asker.at_once,
                watcher=self._best,
            )
            for island in range(settings.islands)
        ]
        self._evolutions = [
            Evolution(
                variation,
                settings.breeding,
                seed=derived(seed, f"island {island}"),
                name=str(island),
            )
            for island, variation in enumerate(self._variations)
        ]

    def generations(self) -> Iterator[Generation]:
        """Search, yielding each generation once it is complete.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        started = time.monotonic()
        tokens = self._asker.meter.spent.tokens
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
                generation = Generation(
                    number=number,
                    best=archipelago.best,
                    islands=tuple(island.population[-1] for island in archipelago.islands),
                    births=sum(len(variation.born) for variation in self._variations),
                    judged=self._judge.judged,
                    calls=sum(variation.calls for variation in self._variations),
                    asked=self._asker.calls,
                    tokens=self._asker.meter.spent.tokens - tokens,
                    seconds=time.monotonic() - started,
                    lessons=tuple(
                        lesson
                        for variation in self._variations
                        for candidate in variation.born
                        for lesson in candidate.lessons
                    ),
                )
                self._best.generation(generation)
                yield generation
                if generation.best.fitness.correct and self._settings.until_correct:
                    return

    @property
    def best(self) -> Candidate | None:
        """The best program so far."""
        return self._best.candidate

    @property
    def calls_used_up(self) -> bool:
        """Whether an island cannot afford another birth."""
        return any(variation.is_broke for variation in self._variations)
