"""REx: any program may be refined next, by a draw from what is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from genetic.algorithm import Birth, Breeding
from genetic.rex import Rex


class Climbing:
    """Candidates are numbers in [0, 1]: drafts are 0, and a mend adds to its parent's."""

    def __init__(self, gain: float) -> None:
        self.gain = gain
        self.seen: list[Birth[float]] = []

    def vary(self, births: Sequence[Birth[float]]) -> list[float]:
        self.seen += births
        return [min(1.0, sum(birth.parents) + self.gain * birth.mends) for birth in births]

    def progress(self, candidate: float) -> float:
        return candidate


def rex(variation: Climbing, **given: int) -> Rex[float]:
    return Rex(variation, Breeding(population=10), identity=lambda each: each, **given)


def test_what_comes_near_is_refined_to_the_end() -> None:
    variation = Climbing(0.25)
    search = rex(variation)
    while not search.population or search.best < 1:
        search.step()
    assert search.population == [0, 0.25, 0.5, 0.75, 1]
    assert len(variation.seen) < 40
    search.step()
    assert all(birth.parents != (1.0,) for birth in variation.seen)


def test_what_does_not_help_is_refined_less_and_less() -> None:
    variation = Climbing(0.0)
    search = rex(variation)
    search.receive([0.5])
    for _ in range(200):
        search.step()
    refined = [Counter(birth.parents for birth in variation.seen[n : n + 50]) for n in (0, 150)]
    assert refined[0][0.5,] > refined[1][0.5,] > 25
    assert refined[1][()] > refined[0][()]


def test_equal_seeds_plan_equal_births() -> None:
    names = []
    for _ in range(2):
        variation = Climbing(0.1)
        search = rex(variation, seed=7, batch=3, name="2")
        for _ in range(8):
            search.step()
        names.append([(each.name, each.seed, each.parents) for each in variation.seen])
    assert names[0] == names[1]
    assert [name for name, *_ in names[0]][:4] == ["2.0.0", "2.0.1", "2.0.2", "2.0.3"]
    assert (search.generation, search.is_between) == (1, False)


def test_births_that_were_given_up_cost_nothing() -> None:
    search = rex(Climbing(0.0), batch=4)
    search.plan()
    search.take([])
    assert search.born == 0
    assert [arm.refined for arm in search._arms] == [0]


def test_before_any_birth_there_is_no_best() -> None:
    with pytest.raises(ValueError, match="nothing has been born yet"):
        rex(Climbing(0.0)).best  # noqa: B018
    with pytest.raises(ValueError, match="batch must be at least 1, got 0"):
        rex(Climbing(0.0), batch=0)
