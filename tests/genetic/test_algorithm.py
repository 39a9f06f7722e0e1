import random
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genetic.algorithm import Birth, Breeding, Evolution
from genetic.bandit import Bandit
from genetic.islands import Archipelago
from genetic.selection import choose_pair, rank_index
from genetic.tree import Tree

EXAMPLE = Path(__file__).parents[2] / "examples" / "three_numbers.py"


class Heights:
    """A variation operator of plain numbers, which remembers the births it was asked for."""

    def __init__(self, fresh=0.5, child=lambda parents, rng: max(parents)):
        self.births: list[list[Birth[float]]] = []
        self._fresh = fresh
        self._child = child

    def vary(self, births):
        self.births.append(list(births))
        return [
            self._child(birth.parents, random.Random(birth.seed))
            if birth.parents
            else (self._fresh if self._fresh is not None else random.Random(birth.seed).random())
            for birth in births
        ]

    def progress(self, candidate):
        return min(max(candidate, 0.0), 1.0)


def evolved(steps, variation=None, seed=0, **breeding):
    variation = variation or Heights(fresh=None)
    evolution = Evolution(
        variation, Breeding(**{"population": 20, "patience": None} | breeding), seed=seed
    )
    for _ in range(steps):
        evolution.step()
    return evolution


def test_the_worked_example_reaches_ten(capsys):
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert capsys.readouterr().out.strip().endswith("add up to 10")


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 1000), st.floats(0, 5))
def test_a_rank_is_always_an_index(r, count, elitism):
    assert 0 <= rank_index(r, count, elitism) < count


def test_rank_selection_is_the_published_formula():
    # floor((1 - r^1.35) * n), by hand for r = 0, 0.5 and nearly 1
    assert [rank_index(r, 30, 0.35) for r in (0.0, 0.5, 0.999999)] == [29, 18, 0]


def test_elitism_prefers_the_better_ones():
    def mean(elitism):
        rng = random.Random(0)
        return sum(rank_index(rng.random(), 100, elitism) for _ in range(4000)) / 4000

    assert mean(0.0) < mean(0.35) < mean(2.0)


@given(st.integers(2, 50), st.integers())
def test_parents_differ_and_the_fitter_is_first(count, seed):
    fitter, other = choose_pair(random.Random(seed), count, 0.35)
    assert 0 <= other < fitter < count


def test_equal_seeds_give_equal_histories():
    assert evolved(5, seed=3).population == evolved(5, seed=3).population
    assert evolved(5, seed=3).population != evolved(5, seed=4).population


def test_the_best_live_on_only_if_some_are_kept():
    worse = Heights(fresh=None, child=lambda parents, rng: 0.0)
    kept = evolved(6, worse, keep_top=0.05, diversity=0.0)
    assert kept.population[-1] == kept.best
    lost = evolved(6, Heights(fresh=None, child=worse._child), keep_top=0.0, diversity=0.0, hall=0)
    assert lost.population[-1] == 0.0 < lost.best


def test_the_hall_of_fame_comes_back_on_regression():
    def worse(parents, rng):
        return 0.0

    lost = evolved(2, Heights(None, worse), keep_top=0.0, diversity=0.0, hall=0)
    found = evolved(2, Heights(None, worse), keep_top=0.0, diversity=0.0, hall=3)
    assert lost.resurrections == 0
    assert found.resurrections == 1
    assert found.population[-3:] == sorted(found.hall)
    assert found.population[-1] == found.best > 0


def test_diversity_is_the_share_of_new_random_candidates():
    def fresh(diversity):
        variation = Heights(None)
        evolved(30, variation, diversity=diversity)
        births = [birth for generation in variation.births[1:] for birth in generation]
        return sum(not birth.parents for birth in births) / len(births)

    assert fresh(0.0) == 0
    assert 0.2 < fresh(0.3) < 0.4


def test_crossover_is_the_share_of_children_with_two_parents():
    def crossed(crossover):
        variation = Heights(None)
        evolved(30, variation, crossover=crossover, diversity=0.0)
        births = [birth for generation in variation.births[1:] for birth in generation]
        return sum(len(birth.parents) == 2 for birth in births) / len(births)

    assert crossed(0.0) == 0
    assert 0.6 < crossed(0.7) < 0.8
    assert crossed(1.0) == 1


def test_a_generation_in_which_nothing_is_born_changes_nothing():
    variation = Heights(None)
    evolution = evolved(2, variation, keep_top=0.0)
    before, variation.vary = evolution.population, lambda births: []
    evolution.step()
    assert evolution.population == before


def test_elitism_tightens_near_the_goal():
    """Parents are better, on average, if the best one is near the goal and tightening is on."""

    def rank(tightening):
        variation = Heights(None, lambda parents, rng: rng.random())
        evolution = evolved(1, variation, keep_top=0.0, tightening=tightening)
        ranks = []
        for _ in range(60):
            before = evolution.population
            evolution.step()
            ranks += [before.index(p) for birth in variation.births[-1] for p in birth.parents]
        return sum(ranks) / len(ranks)

    assert rank(0.0) + 1 < rank(3.0)


def test_a_stuck_population_is_born_anew_but_for_the_best():
    variation = Heights(fresh=0.5)
    evolution = evolved(4, variation, patience=2)
    # 0 is the first generation; 1 and 2 bring nothing better; 3 begins again
    assert evolution.restarts == 1
    assert len(variation.births[3]) == 19
    assert not any(birth.parents for birth in variation.births[3])
    assert evolved(4, Heights(0.5), patience=None).restarts == 0


def test_births_have_names_and_seeds_of_their_own():
    variation = Heights(None)
    evolved(3, variation)
    births = [birth for generation in variation.births for birth in generation]
    assert len({birth.name for birth in births}) == len({b.seed for b in births}) == len(births)


@pytest.mark.parametrize(
    "wrong",
    [{"population": 0}, {"keep_top": 2}, {"elitism": -1}, {"hall": -1}, {"patience": 0}],
)
def test_a_wrong_value_is_named(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"{name}.*{value}"):
        Breeding(**wrong)


def test_every_island_is_fed_by_its_neighbour():
    """Whatever islands exchange must not all end up on the first one."""
    islands = [
        Evolution(Heights(fresh=value), Breeding(population=4, keep_top=0), name=str(number))
        for number, value in enumerate((0.1, 0.2, 0.3))
    ]
    archipelago = Archipelago(islands, Heights(), every=1, migrants=1)
    for island in islands:
        island.step()
    archipelago._migrate()
    populations = [island.population for island in islands]
    assert populations == [
        [0.1, 0.1, 0.1, 0.3],
        [0.1, 0.2, 0.2, 0.2],
        [0.2, 0.3, 0.3, 0.3],
    ]


def test_islands_that_had_fewer_births_than_the_others_are_waited_for():
    class Scarce(Heights):
        def vary(self, births):
            return super().vary(births if self.births else births[:1])

    scarce = Scarce(fresh=None)
    islands = [Tree(scarce, Breeding(population=3), name=str(number)) for number in range(2)]
    archipelago = Archipelago(islands, scarce, every=1)
    for _ in range(4):
        archipelago.step()
    assert [island.born for island in islands] == [3, 3]
    assert not archipelago.is_between
    archipelago.step()
    assert (archipelago.migrations, [island.born for island in islands]) == (1, [4, 4])


def test_migration_spreads_the_best_and_can_be_switched_off():
    def poorest(every):
        breeding = Breeding(population=4, patience=None)
        islands = [Evolution(Heights(v), breeding) for v in (0.1, 0.9, 0.1, 0.1)]
        for island in islands:
            island.step()
        archipelago = Archipelago(islands, Heights(), every=every)
        for _ in range(8):
            archipelago.step()
        return min(island.best for island in islands)

    assert poorest(0) == 0.1
    assert poorest(2) == 0.9


def test_a_bandit_comes_to_prefer_the_better_arm():
    rng, luck = random.Random(0), random.Random(1)
    bandit = Bandit(3, rng)
    chosen = []
    for _ in range(300):
        arm = bandit.choose()
        chosen.append(arm)
        bandit.learn([(arm, luck.random() < (0.1, 0.7, 0.2)[arm])])
    assert chosen[150:].count(1) > 120
    assert {0, 1, 2} == set(chosen)


def test_former_names_work_and_say_what_to_write_now():
    import genetic.algorithm

    class Former:
        def __init__(self):
            self.progress, self.bear = Heights().progress, Heights().vary

    with pytest.warns(DeprecationWarning, match=r"Former\.bear is called vary now"):
        former = Evolution(Former(), Breeding(population=3))
    former.step()
    assert former.population == [0.5] * 3
    with pytest.warns(
        DeprecationWarning, match=r"Species is called genetic\.algorithm\.Variation now"
    ) as warned:
        assert genetic.algorithm.Species is genetic.algorithm.Variation
    assert warned[0].filename == __file__
    with pytest.raises(AttributeError, match="no attribute 'Individual'"):
        _ = genetic.algorithm.Individual
