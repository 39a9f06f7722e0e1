"""What there is to see of folders of training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autoagent.view.panels import Curve
from autoagent.view.results import Columns
from rl.curves import CURVES, points, read_runs


class Trainings:
    """Reads logs of training; see `autoagent.view.results.Reader`."""

    known_by = "log.jsonl"

    def columns(self, folders: Mapping[str, Path]) -> Columns:
        """Return a curve for each figure, with a line for each folder."""
        logs = dict(zip(folders, read_runs(list(folders.values())).values(), strict=True))
        curves = []
        for name, title in CURVES.items():
            lines = {run: list(zip(*points(log, name), strict=True)) for run, log in logs.items()}
            drawn = {run: line for run, line in lines.items() if line}
            if drawn:
                curves.append(Curve(title=title, x="update", y=title, lines=drawn))
        return [curves]
