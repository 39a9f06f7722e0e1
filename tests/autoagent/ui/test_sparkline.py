"""Curves in a line."""

import math

from autoagent.ui.sparkline import BARS, LONGEST, curve, sparkline


def test_bars_stand_between_the_least_and_the_greatest() -> None:
    assert sparkline([0, 7, 3.5]) == BARS[0] + BARS[7] + BARS[4]
    assert sparkline(range(8)) == BARS
    assert sparkline([2, 2]) == BARS[0] * 2


def test_what_is_long_is_drawn_by_means() -> None:
    line = sparkline([0.0] * 300 + [1.0] * 300)
    assert line == BARS[0] * (LONGEST // 2) + BARS[-1] * (LONGEST // 2)


def test_a_curve_needs_two_finite_numbers() -> None:
    assert curve("score", []) == curve("score", [1.0, math.nan, math.inf]) == ""
    assert curve("score", [1, math.nan, 2.5]) == f"score  1 {BARS[0]}{BARS[-1]} 2.5"
