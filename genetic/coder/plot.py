"""Pictures of scores: how they rise from step to step, and what a pass costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import TABLEAU_COLORS
from matplotlib.figure import Figure

from autoagent.files import replacing

Rows = Sequence[dict[str, Any]]
COLOURS = tuple(TABLEAU_COLORS)
DASHES = ("-", "--", ":")
"""Lines that have the same colour, since there are more of them than colours, differ in these."""
PASSES = {"clean": "share that is mypy-clean", "tests": "share that passes its tests"}


def draw(rows: Rows, path: Path) -> None:
    """Draw the best score after each step, for each completion and on average."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="steps", ylabel="best score so far")
    for curve in _curves(rows):
        axes.plot(range(1, len(curve) + 1), curve, color="0.8", linewidth=1)
    if any(row["scores"] for row in rows):
        _draw_mean(axes, rows, "mean", color="C0", linewidth=2)
        axes.legend()
    _save(figure, path)


def draw_arms(arms: Mapping[str, Rows], path: Path) -> None:
    """Draw what share of completions passes for so many tokens, and how scores rise, by arm."""
    figure = Figure(figsize=(13, 4.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for axes in (left, middle, right):
        axes.set_prop_cycle(cycler(linestyle=DASHES) * cycler(color=COLOURS))
    for axes, (passed, label) in zip((left, middle), PASSES.items(), strict=True):
        axes.set(xlabel="tokens for each, in and out, at most", ylabel=label, ylim=(-0.03, 1.03))
        for name, rows in arms.items():
            _draw_cost(axes, [row for row in rows if row[passed] is not None], passed, name)
    right.set(xlabel="loops", ylabel="mean of the best score so far")
    for name, rows in arms.items():
        _draw_mean(right, rows, name, marker=".")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    _save(figure, path)


def _draw_cost(axes: Axes, rows: Rows, passed: str, name: str) -> None:
    """Draw the share that has passed, over what it took."""
    took = [row["tokens_in"] + row["tokens_out"] for row in rows]
    costs = sorted(cost for cost, row in zip(took, rows, strict=True) if row[passed])
    shares = [count / len(rows) for count in range(1, len(costs) + 1)]
    last = shares[-1] if shares else 0.0
    axes.step([0, *costs, max(took, default=0)], [0, *shares, last], where="post", label=name)


def _draw_mean(axes: Axes, rows: Rows, label: str, **style: Any) -> None:
    curves = _curves(rows)
    means = [sum(each) / len(curves) for each in zip(*curves, strict=True)]
    axes.plot(range(1, len(means) + 1), means, label=label, **style)


def _curves(rows: Rows) -> list[list[float]]:
    """Return the scores of each completion, of which the last one holds to the end."""
    longest = max((len(row["scores"]) for row in rows), default=0)
    scores = [row["scores"] for row in rows if row["scores"]]
    return [[*each, *[each[-1]] * (longest - len(each))] for each in scores]


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as file:
        figure.savefig(file, dpi=110, format="png")
