"""The search for a better text: what births are made of, and where."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from autoagent.asker import Asker, derived
from autoagent.similarity import Measure
from genetic.algorithm import Breeding, Evolution
from genetic.evolve.candidate import Candidate
from genetic.evolve.evolver import Evolver
from genetic.evolve.judge import Judge
from genetic.evolve.proposer import Proposer
from genetic.evolve.settings import Settings
from genetic.islands import Population
from genetic.search import search
from genetic.search.quota import Quota
from genetic.search.text import trimmed
from genetic.search.watcher import Best
from genetic.tree import Tree

MANY = 10**9
"""Generations: it is the questions that end a search."""
CHAIN = Breeding(population=1, keep_top=0.0, crossover=0.0, patience=None)


class Search(search.Search[Candidate]):
    """Looks for a text that is worth more.

    Args:
        program: The text that it begins with.
        judge: Judges texts.
        proposer: Has models write texts.
        settings: How to search.
        asker: Answers questions.
        quota: Counts them.
        seed: Everything random follows from it.
        best: Knows the best text, and tells who watches.
        births: How many texts are born at most, the first included; None means any number.
        is_chain: Whether each text is made of one of the last batch, whatever that is worth, as
            where a model is shown all of them.
        first: Called with the first candidate.
        took: Called with the candidates of a batch, in order.
        likeness: Tells how alike two texts are, where the settings bound that.
    """

    def __init__(
        self,
        program: str,
        *,
        judge: Judge,
        proposer: Proposer,
        settings: Settings,
        asker: Asker,
        quota: Quota,
        seed: int,
        best: Best[Candidate],
        births: int | None = None,
        is_chain: bool = False,
        first: Callable[[Candidate], None] = lambda candidate: None,
        took: Callable[[Sequence[Candidate]], None] = lambda born: None,
        likeness: Measure | None = None,
    ) -> None:
        self._evolver = Evolver(
            program,
            proposer=proposer,
            judge=judge,
            models=len(asker.llms) or 1,  # a recording has no model
            quota=quota,
            settings=settings,
            seed=seed,
            watcher=best,
            admit=asker.admit,
            first=first,
            took=took,
            workers=asker.at_once,
            most=births,
            likeness=likeness,
        )
        islands = range(settings.islands)
        super().__init__(
            variation=self._evolver,
            islands=[
                _population(self._evolver, settings, each, seed, is_chain) for each in islands
            ],
            best=best,
            asker=asker,
            quota=quota,
            judged=lambda: judge.judged,
            is_goal=self._evolver.is_goal,
            generations=MANY if births is None else 1 + math.ceil((births - 1) / settings.batch),
            migrate_every=5,
        )

    @property
    def history(self) -> Sequence[Candidate]:
        """Every candidate, in the order of births."""
        return self._evolver.history

    def is_goal(self, candidate: Candidate) -> bool:
        """Tell whether a candidate is good enough."""
        return self._evolver.is_goal(candidate)


def _population(
    evolver: Evolver, settings: Settings, island: int, seed: int, is_chain: bool
) -> Population[Candidate]:
    """Return an island: an open tree, or a chain."""
    own, name = derived(seed, f"island {island}"), str(island)
    if is_chain:
        breeding = replace(CHAIN, population=settings.batch)
        return Evolution(evolver, breeding, seed=own, name=name)
    return Tree(
        evolver,
        Breeding(population=settings.population),
        seed=own,
        name=name,
        batch=settings.batch,
        identity=lambda candidate: trimmed(candidate.program),
    )
