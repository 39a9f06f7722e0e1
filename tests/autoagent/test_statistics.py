import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy")

from autoagent.statistics import (
    crossed,
    estimate,
    group_means,
    grouped_share,
    holm,
    interquartile_mean,
    kaplan_meier,
    lead,
    mean,
    permutation_test,
    ratio,
    share,
)


def test_equal_values_are_certain() -> None:
    found = mean([3, 3, 3])
    assert (found.value, found.low, found.high, found.count) == (3.0, 3.0, 3.0, 3)
    assert str(found) == "3.00 [3.00, 3.00]"


def test_one_value_has_no_interval() -> None:
    found = mean([0.25])
    assert (found.value, found.low, found.high, found.count) == (0.25, None, None, 1)
    assert f"{found:.1%}" == "25.0%"


def test_a_mean_has_the_bootstrap_interval() -> None:
    found = mean([0.0, 1.0] * 50)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.4, abs=0.02)
    assert found.high == pytest.approx(0.6, abs=0.02)


def test_figures_are_those_of_the_drawing_by_hand() -> None:
    values = np.random.default_rng(5).integers(1, 400, 23).astype(float)
    drawn = values[np.random.default_rng(0).integers(23, size=(10_000, 23))]
    found = estimate(np.median, values, resamples=10_000)
    assert (found.low, found.high) == tuple(np.percentile(np.median(drawn, axis=1), (2.5, 97.5)))


def test_a_share_has_the_score_interval() -> None:
    """The values are those of Newcombe (1998), table I, method 3."""
    for successes, trials, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)):
        found = share(successes, trials)
        assert found.value == successes / trials
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    with pytest.raises(ValueError, match="at least one"):
        share(0, 0)


def test_the_permutation_test_is_exact() -> None:
    assert permutation_test([1.0] * 8, [0.0] * 8) == 1 / 256
    assert permutation_test([0.0] * 8, [1.0] * 8) == 1.0
    assert permutation_test([0.5] * 8, [0.5] * 8) == 1.0
    # of the 4 signs of (1, 1) only one is as large
    assert permutation_test([1, 1, 0], [0, 0, 0]) == 2 / 8
    with pytest.raises(ValueError, match="no pairs"):
        permutation_test([1.0], [])


def test_a_lead_is_over_the_tasks_that_both_have_attempted() -> None:
    ours = {"one": 1.0, "two": 1.0, "three": 0.5, "ours alone": 0.0}
    theirs = {"theirs alone": 1.0, "three": 0.5, "two": 0.0, "one": 0.5}
    ahead = lead(ours, theirs)
    assert ahead is not None
    assert (ahead.tasks, ahead.difference.value) == (3, 0.5)
    assert ahead.p_value == permutation_test([1.0, 1.0, 0.5], [0.5, 0.0, 0.5])
    assert lead({"one": 1.0}, {"two": 1.0}) is None


def test_the_interquartile_mean_ignores_both_ends() -> None:
    assert interquartile_mean([0, 0, 5, 5, 5, 5, 1000, 1000]).value == 5.0


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, inside, runs = np.random.default_rng(0), 0, 200
    for run in range(runs):
        found = mean(rng.normal(10, 2, size=40).tolist(), seed=run)
        inside += found.low <= 10 <= found.high
    # 95 % less what a percentile bootstrap of 40 values loses, and four deviations of chance.
    assert inside / runs > 0.86


def test_shares_are_over_all_actions_and_lives_are_drawn() -> None:
    found = ratio([(1, 1), (0, 9)])
    assert found.value == pytest.approx(0.1)
    assert (found.low, found.high) == (0.0, 1.0)


def test_lives_in_which_nothing_could_count_have_no_share() -> None:
    assert ratio([(0, 0), (1, 1), (1, 1)]).low == 1.0


def test_nothing_is_no_sample() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        mean([])


def test_the_curve_of_lives_without_censoring_is_the_share_that_is_left() -> None:
    curve = kaplan_meier([1, 2, 2, 4], [True] * 4)
    assert curve.steps == [0, 1, 2, 4]
    assert curve.share == pytest.approx([1, 0.75, 0.25, 0])


def test_censored_lives_leave_the_curve_without_a_fall() -> None:
    # By hand: 3/4 after the first death; one is censored at 2; then 1 of 2 dies at 3.
    curve = kaplan_meier([1, 2, 3, 5], [True, False, True, False])
    at = dict(zip(curve.steps, curve.share, strict=True))
    assert at[1] == pytest.approx(0.75)
    assert at[2] == pytest.approx(0.75)
    assert at[3] == pytest.approx(0.375)
    assert at[5] == pytest.approx(0.375)


def test_nobody_died() -> None:
    curve = kaplan_meier([8] * 10, [False] * 10)
    assert curve.share == [1.0, 1.0]
    # By hand: so rare a chance that ten lives last is 0.025 where each lasts with probability 0.69.
    assert curve.low[-1] == pytest.approx(0.6915, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=30))
def test_curves_fall_from_one_and_stay_within_their_intervals(
    lives: list[tuple[int, bool]],
) -> None:
    steps, died = zip(*lives, strict=True)
    curve = kaplan_meier(steps, died)
    assert curve.share[0] == 1.0
    assert all(a >= b - 1e-12 for a, b in zip(curve.share, curve.share[1:], strict=False))
    for left, low, high in zip(*curve[1:], strict=True):
        assert 0 <= low <= left + 1e-9
        assert left <= high + 1e-9
        assert high <= 1 + 1e-9


def test_groups_count_alike_however_large() -> None:
    drawn = [("a", 1.0), ("a", 1.0), ("a", 0.0), ("b", 0.0)]
    assert group_means(drawn) == {"a": pytest.approx(2 / 3), "b": 0.0}
    assert grouped_share(drawn).value == pytest.approx(1 / 3)
    assert grouped_share([("a", 1.0), ("b", 1.0), ("b", 1.0)]) == share(2, 2)


def test_both_kinds_of_groups_are_drawn_anew() -> None:
    """Where trainings differ, more lives of the same ones do not make it surer."""
    one = [(str(seed), str(prompt), float(seed)) for seed in range(5) for prompt in range(15)]
    found, p_value = crossed(one)
    again, _ = crossed(one * 4)
    assert (found.value, found.count) == (2.0, 75)
    assert (found.low, found.high) == (again.low, again.high)
    assert found.low is not None
    assert found.low < 1.0  # as of five values, not of 75
    assert p_value < 0.05
    swapped, _ = crossed([(prompt, seed, value) for seed, prompt, value in one])
    assert swapped.low == pytest.approx(found.low, abs=0.2)


def test_a_mean_of_nothing_has_no_lead() -> None:
    _, p_value = crossed([(str(a), str(b), (-1.0) ** (a + b)) for a in range(4) for b in range(4)])
    assert p_value > 0.5
    assert crossed([("a", "b", 1.0), ("a", "c", 2.0)])[0].low is None
    with pytest.raises(ValueError, match="at least one value"):
        crossed([])


def test_of_many_comparisons_less_is_believed() -> None:
    assert holm([0.04]) == [True]
    assert holm([0.04, 0.9]) == [False, False]
    assert holm([0.03, 0.001, 0.02]) == [True, True, True]
    assert holm([0.03, 0.03, 0.001]) == [False, False, True]
    assert holm([]) == []
