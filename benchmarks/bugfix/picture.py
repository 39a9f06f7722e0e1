"""A picture of what `benchmarks.bugfix` has measured: repairs by bugs, one curve an operator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autoagent.statistics import Estimate, share
from benchmarks.cells import Line
from genetic.elm.bugfix import PROBLEMS

KINDS = {
    "tokens": "random tokens",
    "diff": "diff, the model as it is",
    "taught": "diff, taught",
    "rewrite": "rewrite, the model as it is",
}
PAPER = ("parity", 5, share(0, 100_000))
"""Genetic programming in the paper: no repair among so many changes."""


def repaired(lines: Sequence[Line], kind: str, problem: str, bugs: int) -> Estimate | None:
    """Return the share of changes that repair, of all rounds and trainings; None if unmeasured."""
    of = [
        each
        for each in lines
        if (each["arm"].split("-")[0], each["problem"], each["bugs"]) == (kind, problem, bugs)
    ]
    if not of:
        return None
    repairs = sum(sum(each["repairs"].values()) for each in of)
    return share(repairs, sum(each["samples"] for each in of))


def draw(lines: Sequence[Line], path: Path) -> None:
    """Draw all that was measured; what has repaired nothing is drawn as what it may be at most."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots(1, len(PROBLEMS), sharey=True, width_ratios=[5, 2])
    for panel, (name, problem) in zip(axes, PROBLEMS.items(), strict=True):
        every = range(1, len(problem.bugs) + 1)
        for at, (kind, label) in enumerate(KINDS.items()):
            found = {bugs: repaired(lines, kind, name, bugs) for bugs in every}
            points = {bugs: each for bugs, each in found.items() if each is not None}
            if not points:
                continue
            _curve(panel, points, label, f"C{at}", shift=0.06 * (at - 1.5))
        if name == PAPER[0]:
            _curve(panel, {PAPER[1]: PAPER[2]}, "the paper's genetic programming", "k", shift=0.18)
        panel.set(title=name, xlabel="bugs", xticks=list(every), yscale="log")
        panel.set_xlim(0.6, len(problem.bugs) + 0.4)
        panel.grid(alpha=0.3)
    axes[0].set_ylabel("share of changes that repair (95 %)\n▼ none did: at most so many")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.savefig(path, dpi=110)


def _curve(
    panel: Axes, points: dict[int, Estimate], label: str, color: str, *, shift: float
) -> None:
    repaired = {bugs: each for bugs, each in points.items() if each.value > 0}
    bounds = {bugs: each.high for bugs, each in points.items() if each.value == 0}
    x, values = [bugs + shift for bugs in repaired], [each.value for each in repaired.values()]
    ends = [
        [each.value - (each.low or 0.0) for each in repaired.values()],
        [(each.high or 0.0) - each.value for each in repaired.values()],
    ]
    panel.errorbar(x, values, ends, marker="o", capsize=2, color=color, label=label)
    panel.plot([bugs + shift for bugs in bounds], list(bounds.values()), "v", color=color)
