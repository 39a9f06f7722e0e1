"""A picture of scores: how they rise from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from autoagent.files import replacing


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw the best score after each step, for each completion and on average."""
    longest = max((len(row["scores"]) for row in rows), default=0)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="steps", ylabel="best score so far")
    curves = [_held(row["scores"], longest) for row in rows if row["scores"]]
    for curve in curves:
        axes.plot(range(1, longest + 1), curve, color="0.8", linewidth=1)
    if curves:
        means = [sum(each) / len(curves) for each in zip(*curves, strict=True)]
        axes.plot(range(1, longest + 1), means, color="C0", linewidth=2, label="mean")
        axes.legend()
    with replacing(path) as file:
        figure.savefig(file, dpi=110, format="png")


def _held(scores: Sequence[float], length: int) -> list[float]:
    """Return scores of which the last one holds to the end."""
    return [*scores, *[scores[-1]] * (length - len(scores))]
