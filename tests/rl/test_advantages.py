import statistics

import pytest

from rl.advantages import advantages

GAINS = [[3.0, 1.0], [-2.0], [0.5, 0.5, 8.0]]
BASELINES = [[1.0, 1.0], [0.0], [0.5, 0.0, 1.0]]
ADVANTAGES = [[2.0, 0.0], [-2.0], [0.0, 0.5, 7.0]]


def test_the_baseline_is_subtracted() -> None:
    assert advantages(GAINS, BASELINES) == ADVANTAGES


def test_normalised_ones_have_zero_mean_and_unit_deviation_over_all_turns() -> None:
    rows = advantages(GAINS, BASELINES, normalised=True)
    assert [len(row) for row in rows] == [2, 1, 3]
    flat = [value for row in rows for value in row]
    assert statistics.mean(flat) == pytest.approx(0, abs=1e-12)
    assert statistics.pstdev(flat) == pytest.approx(1, abs=1e-6)
    order = sorted(range(6), key=[v for row in ADVANTAGES for v in row].__getitem__)
    assert order == sorted(range(6), key=flat.__getitem__)


def test_what_does_not_differ_is_zero() -> None:
    assert advantages([[2.0, 2.0]], [[0.0, 0.0]], normalised=True) == [[0.0, 0.0]]
