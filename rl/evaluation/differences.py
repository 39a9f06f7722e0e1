"""How far a policy is ahead of another in the same lives: more than two intervals can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autoagent.statistics import Estimate, ratio
from rl.evaluation.evaluate import Evaluation

COMPARED = {"survival": "survived steps", "solved": "micro-tasks solved"}
"""Figures of a life that are told as differences, and what they are called."""


def less(first: Evaluation, other: Evaluation, figure: str) -> Estimate | None:
    """Return what another policy has more of than the first one, life by life.

    Lives of one prompt hang together, so prompts are drawn anew for the interval; where there is
    one prompt alone, lives are.

    Args:
        first: The policy that others are told beside.
        other: One of them.
        figure: One of `COMPARED`.

    Returns:
        The mean difference; None where they have not lived the same lives, or without the figure.
    """
    seeds = [[life.seed for life in each.lived] for each in (first, other)]
    if first is other or _chooses(first) != _chooses(other) or seeds[0] != seeds[1]:
        return None
    lives = list(zip(first.lived, other.lived, strict=True))
    if any(getattr(life, figure) is None for pair in lives for life in pair):
        return None
    alone = len({life.prompt for life in first.lived}) == 1
    of_prompts: dict[int, list[int]] = {}
    for before, after in lives:
        key = before.seed if alone else before.prompt
        of_prompts.setdefault(key, []).append(getattr(after, figure) - getattr(before, figure))
    return ratio([(sum(more), len(more)) for more in of_prompts.values()])


def _chooses(evaluation: Evaluation) -> bool:
    """Tell whether a policy chooses edits: these live in another environment."""
    return evaluation.policy.startswith("edits:")


def differences(evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, list[Estimate | None]]]:
    """Yield what each difference is called, and what it is for each policy."""
    for figure, words in COMPARED.items():
        row = [less(evaluations[0], each, figure) for each in evaluations]
        if any(row):
            yield f"{words}, less {evaluations[0].policy}", row
