"""Measure what a contest of skills can find out: its power, and what it asks.

No model is asked: whether a genome solves a task, and with how many questions, is drawn. Tasks
differ in how hard they are. What is measured is `genetic.translate.wager` under the rules of
`genetic.translate.contest.Contest`.

    python -m benchmarks.contest [--contests 4000]
"""

from __future__ import annotations

import argparse
from datetime import date

import numpy as np
from scipy import stats

from autoagent.statistics import share
from genetic.translate.contest import Contest
from genetic.translate.wager import Wager

SPREAD = 4.0
"""How alike tasks are: the larger, the more. Chances of tasks are from a Beta distribution."""
SIDES = (
    (0.5, 0.5, 1.0),
    (0.1, 0.1, 1.0),
    (0.9, 0.9, 1.0),
    (0.5, 0.6, 1.0),
    (0.5, 0.7, 1.0),
    (0.5, 0.8, 1.0),
    (0.5, 0.9, 1.0),
    (0.1, 0.5, 1.0),
    (0.9, 0.9, 0.7),
    (0.9, 0.9, 0.5),
    (0.9, 0.5, 0.5),
)
"""The shares of tasks that the present and the changed genome solve, and how many times as many
questions the changed one takes.
"""


def held(
    rules: Contest, present: float, changed: float, cost: float, rng: np.random.Generator
) -> tuple[bool, int]:
    """Hold a contest; return whether the changed genome is adopted, and how many pairs it took."""
    wager = Wager(rules.level_of_each)
    hard = rng.random(len(rules.pool))  # the same tasks are hard for both
    chances = [_chances(share, hard) for share in (present, changed)]
    for pair in range(rules.pairs):
        task = pair % len(rules.pool)
        solved = [rng.random() < chance[task] for chance in chances]
        asked = [
            min(1 + int(rng.geometric(0.25 / factor)), rules.calls) if right else rules.calls
            for right, factor in zip(solved, (1.0, cost), strict=True)
        ]
        wager.take(float(solved[1]) - float(solved[0]), asked[1] - asked[0])
        if wager.is_won or wager.is_lost(rules.pairs - pair - 1):
            return wager.is_won, pair + 1
    return False, rules.pairs


def _chances(mean: float, hard: np.ndarray) -> np.ndarray:
    found: np.ndarray = stats.beta(SPREAD * mean, SPREAD * (1 - mean)).ppf(1 - hard)
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contests", type=int, default=4000)
    given = parser.parse_args()
    rules, rng = Contest(), np.random.default_rng(0)
    print(f"`python -m benchmarks.contest --contests {given.contests}`, {date.today()}.")
    print(
        f"{len(rules.pool)} tasks, {rules.seeds} seeds each, level {rules.level} over "
        f"{rules.attempts} attempts, {rules.calls} questions a search.\n"
    )
    print("| solved now | solved changed | questions | adopted | pairs: mean | of at most |")
    print("|---|---|---|---|---|---|")
    for present, changed, cost in SIDES:
        found = [held(rules, present, changed, cost, rng) for _ in range(given.contests)]
        adopted = share(sum(won for won, _ in found), len(found))
        pairs = np.mean([count for _, count in found])
        print(f"| {present} | {changed} | x {cost} | {adopted:.3f} | {pairs:.0f} | {rules.pairs} |")


if __name__ == "__main__":
    main()
