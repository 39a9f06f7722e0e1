"""Training runs as curves: return, survival, entropy and more over updates, on one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autoagent.events import integer
from autoagent.files import replacing
from autoagent.ui.sparkline import curve
from rl.logs import read_log

CURVES = {
    "survived": "steps survived",
    "mean_return": "return",
    "solved": "tasks solved",
    "harmed": "lives that did harm",
    "entropy": "entropy (nats)",
    "gradient_norm": "gradient norm",
    "kl": "KL (nats)",
    "difficulty": "difficulty",
    "price": "price of harm",
    "moved": "ratios moved",
    "kept": "answers kept",
}
"""What is drawn, where a run has it, and what it is called."""

IN_TEXT = ("survived", "mean_return", "solved")
"""Those that matter most."""

Log = Sequence[Mapping[str, Any]]


def read_runs(folders: Sequence[Path]) -> dict[str, Log]:
    """Return the logs of training runs, by their folders.

    Raises:
        ValueError: The log of one is broken, or has nothing that could be drawn.
    """
    logs: dict[str, Log] = {str(folder): read_log(folder / "log.jsonl") for folder in folders}
    for folder, log in logs.items():
        if not any(points(log, name)[1] for name in CURVES):
            raise ValueError(
                f"{folder} has no log.jsonl with updates to draw; name folders of `autoagent train`"
            )
    return logs


def draw(path: Path, logs: Mapping[str, Log]) -> None:
    """Draw the runs side by side, a panel for each figure that one of them has."""
    from matplotlib.figure import Figure

    shown = [name for name in CURVES if any(points(log, name)[1] for log in logs.values())]
    figure = Figure(figsize=(8, 2.2 * len(shown)), layout="constrained")
    panels = figure.subplots(len(shown), sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(panels, shown, strict=True):
        for run, log in logs.items():
            axes.plot(*points(log, name), marker=".", label=run)
        axes.set_ylabel(CURVES[name])
        axes.grid(alpha=0.3)
    panels[-1].set_xlabel("update")
    panels[-1].xaxis.get_major_locator().set_params(integer=True)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center")
    with replacing(path) as file:
        figure.savefig(file, dpi=120, format="png")


def in_text(log: Log) -> list[str]:
    """Return the curves that matter most, each in a line; those with two points at least."""
    drawn = (curve(CURVES[name], points(log, name)[1]) for name in IN_TEXT)
    return [line for line in drawn if line]


def points(log: Log, name: str) -> tuple[list[int], list[float]]:
    """Return updates, and the figure in each; logs of before know fewer figures."""
    points = [(line["update"], line[name]) for line in log if _is_number(line.get(name))]
    return [update for update, _ in points], [value for _, value in points]


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or integer(value)
