"""Draws how the best program came to be, tier by tier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autoagent.files import replacing
from genetic.bench.outcome import Mode, Outcome, Point
from genetic.fitness import Fitness

STYLES = {
    # The last is drawn over the others: all are seen where they are equal.
    Mode.EVOLVING_SKILL: ("tab:purple", "-", "D", 9.0),
    Mode.SKILL: ("tab:red", "-", "v", 8.0),
    Mode.AGENT: ("tab:green", "-", "s", 7.0),
    Mode.REX: ("tab:gray", "-", "P", 8.0),
    Mode.GENETIC: ("tab:brown", "-", "X", 7.0),
    Mode.MENDING: ("tab:olive", "-", "p", 7.0),
    Mode.ADAPTIVE: ("tab:cyan", "-", "*", 8.0),
    Mode.BEST_OF_N: ("tab:orange", "--", "o", 5.0),
    Mode.ENGINE: ("tab:blue", ":", "^", 3.0),
}
TIERS: dict[str, Callable[[Fitness], float]] = {
    "compiles": lambda fitness: float(not fitness.compile_errors),
    "unique outputs": lambda fitness: fitness.unique,
    "open tests passed, with similarity": lambda fitness: fitness.progress,
}
AXES: dict[str, Callable[[Point], int]] = {
    "generation (an agent's step)": lambda point: point.number,
    "model calls": lambda point: point.calls,
}


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw the best fitness by generation and by model calls.

    Each thin line is a task and a seed, each thick one the mean over those of a mode; where one
    is finished, its last value stays.
    """
    figure = Figure(figsize=(13, 7), layout="constrained")
    grid = figure.subplots(len(AXES), len(TIERS), squeeze=False)
    for row, (scale, position) in zip(grid, AXES.items(), strict=True):
        for axes, (tier, value) in zip(row, TIERS.items(), strict=True):
            for mode in STYLES:
                found = [one for one in outcomes if one.mode is mode and one.points]
                _draw_mode(axes, mode, found, position, value)
            axes.set(xlabel=scale, ylabel=tier)
            axes.set_ylim(-0.03, 1.03)
            axes.xaxis.get_major_locator().set_params(integer=True)
    figure.suptitle("Best program so far, on the open inputs")
    handles, labels = grid[0][0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=len(handles))
    with replacing(path) as file:
        figure.savefig(file, dpi=110, format="png")


def _draw_mode(
    axes: Axes,
    mode: Mode,
    outcomes: Sequence[Outcome],
    position: Callable[[Point], int],
    value: Callable[[Fitness], float],
) -> None:
    if not outcomes:
        return
    colour, line, marker, size = STYLES[mode]
    curves = [
        {position(point): value(point.fitness) for point in outcome.points} for outcome in outcomes
    ]
    for curve in curves:
        axes.step(
            [*curve], [*curve.values()], where="post", color=colour, alpha=0.25, linewidth=0.8
        )
    # A mean over fewer tasks would jump where one begins, so it begins where all have begun.
    first = max(min(curve) for curve in curves)
    places = sorted({place for curve in curves for place in curve if place >= first})
    means = [fmean(_at(curve, place) for curve in curves) for place in places]
    label = f"{mode.value} ({len(outcomes)} runs)"
    axes.step(
        places,
        means,
        where="post",
        color=colour,
        linestyle=line,
        linewidth=2,
        marker=marker,
        markersize=size,
        label=label,
    )


def _at(curve: dict[int, float], place: int) -> float:
    """Return the last value up to a place."""
    return curve[max(known for known in curve if known <= place)]
