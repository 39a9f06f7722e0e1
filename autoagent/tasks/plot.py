"""Draws what share of the tasks is solved."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from autoagent.files import replacing
from autoagent.tasks.report import GROUPS, Report, Summary

WIDTH = 0.8
"""Of all bars of one group together."""


def draw(report: Report, path: Path) -> None:
    """Draw the solved share of each side by kind and level, with intervals."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    for number, side in enumerate(report.sides):
        groups = report.groups[side]
        width = WIDTH / len(report.sides)
        places = [GROUPS.index(group) + (number + 0.5) * width - WIDTH / 2 for group in groups]
        shares = [summary.solved.value for summary in groups.values()]
        reach = [_reach(summary) for summary in groups.values()]
        errors = [list(ends) for ends in zip(*reach, strict=True)]
        axes.bar(places, shares, width, yerr=errors, capsize=3, label=side)
    axes.set_xticks(range(len(GROUPS)), GROUPS)
    axes.set(ylim=(0, 1.05), ylabel="share of tasks solved")
    figure.legend(loc="outside lower center", ncols=3)
    with replacing(path) as file:
        figure.savefig(file, dpi=110, format="png")


def _reach(summary: Summary) -> tuple[float, float]:
    """Return how far the interval reaches below and above the share."""
    solved = summary.solved
    if solved.low is None or solved.high is None:
        return 0.0, 0.0
    return max(0.0, solved.value - solved.low), max(0.0, solved.high - solved.value)
