"""An archive as a heat map, and a search as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from autoagent.files import replacing
from genetic.elm.archive import Archive

COLUMNS = 4
CURVES = {"filled": "niches filled", "qd_score": "QD score", "best": "best"}


def heat_map(archive: Archive, objective: str, path: Path) -> None:
    """Draw the best of each niche; of three axes, the last one from panel to panel."""
    sides = [axis.niches for axis in archive.axes]
    grid = np.full([*sides, 1][:3], nan)
    for elite in archive.elites:
        grid[(*archive.niche(elite), 0)[:3]] = elite.objective
    panels = grid.shape[2]
    columns = min(COLUMNS, panels)
    rows = -(-panels // columns)
    figure = Figure(figsize=(2.4 * columns + 1.5, 2.3 * rows + 0.6), layout="constrained")
    shown = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    vertical, horizontal, *last = archive.axes
    top = max(archive.standing.best, 1e-9)
    for panel, axes in enumerate(shown.flat):
        if panel >= panels:
            axes.set_axis_off()
            continue
        image = axes.imshow(
            grid[:, :, panel],
            origin="lower",
            aspect="auto",
            extent=(horizontal.low, horizontal.high, vertical.low, vertical.high),
            vmin=0,
            vmax=top,
        )
        for axis in last:
            step = (axis.high - axis.low) / axis.niches
            axes.set_title(f"{axis.name} {axis.low + panel * step:.0f} on", fontsize=8)
    figure.supxlabel(horizontal.name)
    figure.supylabel(vertical.name)
    figure.colorbar(image, ax=shown, label=objective)
    with replacing(path) as file:
        figure.savefig(file, dpi=80, format="png")


def curve(points: Sequence[dict[str, float]], path: Path) -> None:
    """Draw how well the archive was filled, by evaluations."""
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(1, len(CURVES)), CURVES.items(), strict=True):
        axes.plot([point["evaluated"] for point in points], [point[name] for point in points])
        axes.set(xlabel="evaluations", title=title)
        axes.set_ylim(bottom=0)
    with replacing(path) as file:
        figure.savefig(file, dpi=80, format="png")
