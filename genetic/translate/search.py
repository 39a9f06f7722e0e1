"""The search for a translation: what births are made of, and where."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from autoagent.asker import Asker, derived
from genetic.algorithm import Evolution
from genetic.bandit import Bandit
from genetic.islands import Population
from genetic.rex import Rex
from genetic.search import search
from genetic.search.quota import Quota
from genetic.search.watcher import Best, Unwatched, Watcher
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judge
from genetic.translate.languages import same_in
from genetic.translate.operators import Operators, TextOperators
from genetic.translate.prompts import Prompts
from genetic.translate.proposer import Proposer
from genetic.translate.settings import Settings
from genetic.translate.task import Task
from genetic.translate.translator import Home, Translator
from genetic.tree import Tree


class Search(search.Search[Candidate]):
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
        watcher: Watcher[Candidate] | None = None,
        best: Candidate | None = None,
        quota: Quota | None = None,
        ratings: int = 0,
    ) -> None:
        known = Best(watcher or Unwatched[Candidate](), best)
        quota = quota or Quota(asker, settings.calls)
        operators, same = operators or TextOperators.of(settings), same_in(target)
        everyone = tuple(range(max(1, len(asker.llms))))  # a recording has no model
        proposer = partial(
            Proposer, task=task, target=target, operators=operators, settings=settings
        )

        def home(island: int) -> Home:
            ours = tuple(models[island % len(models)]) if models else everyone
            # What islands were called once: the seeds of older journals follow from it.
            rng = random.Random(derived(derived(seed, f"species {island}"), "bandit"))
            return Home(
                proposers=partial(proposer, prompts=prompts[island % len(prompts)]),
                models=ours,
                bandit=Bandit(len(ours), rng),
                latest=deque(maxlen=settings.breeding.population),
            )

        islands = range(settings.islands)
        translator = Translator(
            judge=judge,
            homes={str(island): home(island) for island in islands},
            operators=operators,
            quota=quota,
            admit=asker.admit,
            settings=settings,
            workers=asker.at_once,
            ratings=ratings,
            watcher=known,
            same=same,
        )
        super().__init__(
            variation=translator,
            islands=[_population(translator, settings, island, seed, same) for island in islands],
            best=known,
            asker=asker,
            quota=quota,
            judged=lambda: judge.judged,
            is_goal=lambda candidate: settings.until_correct and candidate.fitness.correct,
            generations=settings.generations,
            migrate_every=settings.migrate_every,
            migrants=settings.migrants,
        )


def _population(
    translator: Translator, settings: Settings, island: int, seed: int, same: Callable[[str], str]
) -> Population[Candidate]:
    """Return an island as the strategy has it."""
    own, name = derived(seed, f"island {island}"), str(island)
    if settings.strategy == "genetic":
        return Evolution(translator, settings.breeding, seed=own, name=name)
    kind = Rex if settings.strategy == "rex" else Tree
    return kind(
        translator,
        settings.breeding,
        seed=own,
        name=name,
        batch=settings.batch,
        identity=lambda candidate: same(candidate.program),
    )
