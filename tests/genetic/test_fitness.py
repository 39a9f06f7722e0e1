"""The tiers of fitness, and that nobody games them."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genetic.fitness import NEARLY, Fitness, tier_three, uniqueness

SHARES = st.floats(0, 1)
ANYTHING = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, 1.0, 0.9999999999, 2.0])


@st.composite
def fitnesses(draw):
    tests = draw(st.integers(1, 9))
    exact = draw(st.integers(0, tests))
    return Fitness(
        compile_errors=draw(st.sampled_from([0, 0, 1, 50, 10**7])),
        unique=draw(SHARES),
        passed=min(exact + draw(SHARES), tests),
        tests=tests,
        exact=exact,
        fuel=draw(st.none() | st.integers(0, 10**10)),
    )


@given(fitnesses(), fitnesses(), fitnesses())
def test_it_is_a_total_order(a, b, c):
    assert (a < b) + (b < a) + (a == b) == 1
    assert (a <= b) == (a < b or a == b)
    assert (a == b) == (a.key == b.key)
    assert a != b or hash(a) == hash(b)
    if a <= b <= c:
        assert a <= c
    assert (a < b) == (a.key < b.key)


@given(fitnesses())
def test_progress_is_a_share_and_the_goal_is_the_whole(fitness):
    assert 0 <= fitness.progress <= 1
    if fitness.correct:
        assert fitness.progress == 1
        assert not fitness.compile_errors


def test_a_tier_decides_before_all_that_follow():
    best = Fitness(0, unique=1.0, passed=4.0, tests=4, exact=4, fuel=1)
    order = [
        Fitness(500, tests=4),
        Fitness(1, unique=1.0, passed=4.0, tests=4, exact=4, fuel=1),
        Fitness(0, unique=0.25, passed=3.99, tests=4, exact=3),
        Fitness(0, unique=0.5, passed=0.0, tests=4),
        Fitness(0, unique=0.5, passed=0.1, tests=4),
        replace(best, fuel=None),
        replace(best, fuel=2),
        best,
    ]
    assert sorted(random.Random(0).sample(order, len(order))) == order
    assert len({fitness.key for fitness in order}) == len(order)


def test_speed_counts_among_correct_programs_only():
    nearly = Fitness(0, unique=1.0, passed=3.5, tests=4, exact=3)
    assert replace(nearly, fuel=1) == replace(nearly, fuel=10**9)


def test_what_does_not_compile_or_has_no_test_is_not_correct():
    assert not Fitness(1, passed=4.0, tests=4, exact=4).correct
    assert not Fitness(0).correct
    assert Fitness(0).progress == 0


@given(st.lists(st.tuples(st.booleans(), ANYTHING), max_size=20))
def test_the_third_tier_lies_between_the_matches_and_the_tests(results):
    exact, similarity = [match for match, _ in results], [value for _, value in results]
    passed = tier_three(exact, similarity)
    assert sum(exact) <= passed <= len(results)
    assert (passed == len(results)) == all(exact)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0])
def test_what_is_no_number_of_similarity_is_worth_nothing(value):
    assert tier_three([False, True], [value, value]) == 1.0


@pytest.mark.parametrize("value", [1.0, 1.5, 0.99999999999, 1e300])
def test_no_near_miss_is_as_good_as_a_match(value):
    assert tier_three([False], [value]) == NEARLY < 1.0
    # Nor do many of them add up to one more.
    assert tier_three([False] * 1000, [value] * 1000) < tier_three([True] * 1000, [0.0] * 1000)


@given(st.lists(st.binary(max_size=3)), st.lists(st.binary(max_size=3)))
def test_uniqueness_is_a_share(outputs, expected):
    share = uniqueness(outputs, expected)
    assert 0 <= share <= 1
    if expected:
        assert uniqueness(expected, expected) == 1
    if set(outputs) < set(expected):
        assert share < 1


def test_uniqueness_punishes_what_always_prints_the_same():
    expected = [b"1", b"2", b"2", b"3"]
    assert uniqueness([b"", b"", b"", b""], expected) == 1 / 3
    assert uniqueness([b"1", b"2", b"9", b"9"], expected) == 1
    assert uniqueness([], expected) == 0
    assert uniqueness([b"1"], []) == 0
