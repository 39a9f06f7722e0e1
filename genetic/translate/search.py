"""A whole search: islands of translations, generation after generation."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial

from autoagent.asker import Asker, derived
from genetic.algorithm import Evolution
from genetic.bandit import Bandit
from genetic.islands import Archipelago, Population
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judge
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.proposer import Proposer
from genetic.translate.quota import Quota
from genetic.translate.settings import Settings
from genetic.translate.task import Task
from genetic.translate.translator import Home, Translator, gist
from genetic.translate.watcher import Best, Generation, Unwatched, Watcher
from genetic.tree import Tree


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
        quota: Counts its questions, if the judge asks too; by default as the settings say.
        ratings: Most questions that the judge may ask of one program.
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
        quota: Quota | None = None,
        ratings: int = 0,
    ) -> None:
        self._best = Best(watcher or Unwatched(), best)
        self._judge = judge
        self._settings = settings
        self._asker = asker
        self._quota = quota or Quota(asker, settings.calls)
        operators = operators or TextOperators.of(settings)
        everyone = tuple(range(max(1, len(asker.llms))))  # a recording has no model

        def home(island: int) -> Home:
            ours = tuple(models[island % len(models)]) if models else everyone
            chance = random.Random(derived(derived(seed, f"species {island}"), "bandit"))
            return Home(
                proposers=partial(
                    Proposer,
                    task=task,
                    target=target,
                    prompts=prompts[island % len(prompts)],
                    operators=operators,
                    settings=settings,
                ),
                models=ours,
                bandit=Bandit(len(ours), chance),
                latest=deque(maxlen=settings.breeding.population),
            )

        self._translator = Translator(
            judge=judge,
            homes={str(island): home(island) for island in range(settings.islands)},
            operators=operators,
            quota=self._quota,
            admit=asker.admit,
            settings=settings,
            workers=asker.at_once,
            ratings=ratings,
            watcher=self._best,
        )
        self._archipelago = Archipelago(
            [self._population(island, seed) for island in range(settings.islands)],
            self._translator,
            every=settings.migrate_every,
            migrants=settings.migrants,
        )

    def generations(self) -> Iterator[Generation]:
        """Search, yielding each generation once it is complete, or as far as it came.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        started = time.monotonic()
        tokens = self._asker.meter.spent.tokens
        for number in range(self._settings.generations):
            before = self._translator.births
            lessons = [lesson for born in self._births() for lesson in born.lessons]
            born = self._translator.births - before
            if not born and self.calls_used_up:
                return
            archipelago = self._archipelago
            generation = Generation(
                number=number,
                best=archipelago.best,
                islands=tuple(
                    each.population[-1] for each in archipelago.islands if each.population
                ),
                births=born,
                given_up=self._translator.given_up,
                judged=self._judge.judged,
                calls=self._quota.asked,
                asked=self._asker.calls,
                tokens=self._asker.meter.spent.tokens - tokens,
                seconds=time.monotonic() - started,
                lessons=tuple(lessons),
                migrations=archipelago.migrations,
                restarts=sum(each.restarts for each in archipelago.islands),
                resurrections=sum(each.resurrections for each in archipelago.islands),
            )
            self._best.generation(generation)
            yield generation
            if self._is_over:
                return

    @property
    def best(self) -> Candidate | None:
        """The best program so far."""
        return self._best.candidate

    @property
    def calls_used_up(self) -> bool:
        """Whether no question is left."""
        return self._translator.is_broke

    @property
    def _is_over(self) -> bool:
        goal = self._settings.until_correct and self._archipelago.best.fitness.correct
        return goal or self.calls_used_up

    def _births(self) -> Iterator[Candidate]:
        """Let a generation be born, as far as there are questions left and no goal is reached."""
        while not self.calls_used_up:
            self._archipelago.step()
            yield from self._translator.born
            if not self._translator.born or not self._archipelago.is_between or self._is_over:
                return

    def _population(self, island: int, seed: int) -> Population[Candidate]:
        """Return an island as the strategy has it."""
        own, name = derived(seed, f"island {island}"), str(island)
        breeding = self._settings.breeding
        if self._settings.strategy == "genetic":
            return Evolution(self._translator, breeding, seed=own, name=name)
        return Tree(
            self._translator,
            breeding,
            seed=own,
            name=name,
            batch=self._settings.batch,
            identity=lambda candidate: gist(candidate.program),
        )
