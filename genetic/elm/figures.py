"""An archive as a heat map, and a search as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from autoagent.files import replacing
from genetic.elm.archive import Archive
from genetic.elm.domain import Axis

COLUMNS = 4
ONE = Axis(name="", low=0, high=1, niches=1)
"""What stands for an axis that there is not."""
CURVES = {"filled": "niches filled", "qd_score": "QD score", "best": "best"}


def heat_map(archive: Archive, objective: str, path: Path) -> None:
    """Draw the best of each niche along the first three axes, the third from panel to panel."""
    vertical, horizontal, *third = archive.axes if len(archive.axes) > 1 else (ONE, *archive.axes)
    last = third[:1]
    grid = np.full([axis.niches for axis in (vertical, horizontal, *(last or [ONE]))], nan)
    for elite in archive.elites:
        along = archive.niche(elite)
        place = (*(along if len(along) > 1 else (0, *along)), 0)[:3]
        grid[place] = np.fmax(grid[place], elite.objective)
    panels = grid.shape[2]
    columns = min(COLUMNS, panels)
    rows = -(-panels // columns)
    figure = Figure(figsize=(2.4 * columns + 1.5, 2.3 * rows + 0.6), layout="constrained")
    shown = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
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
    if vertical is ONE:
        shown[0, 0].set_yticks([])
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
