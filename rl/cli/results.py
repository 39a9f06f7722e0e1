"""What there is to see of folders of training and of evaluations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from autoagent.events import list_of, number, record, text
from autoagent.files import read_json
from autoagent.view.panels import Curve
from autoagent.view.results import Columns
from rl.curves import CURVES, points, read_runs

POLICY = record(policy=text, curve=record(steps=list_of(number), share=list_of(number)))
REPORT = record(policies=list_of(POLICY))


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


class Evaluations:
    """Reads how long policies lived; see `autoagent.view.results.Reader`."""

    known_by = "survival.png"

    def columns(self, folders: Mapping[str, Path]) -> Columns:
        """Return curves of survival, one picture for each folder."""
        return [
            [
                Curve(
                    title=f"Survival: {name}",
                    x="steps",
                    y="share that is alive",
                    lines=dict(_survival(folder / "report.json")),
                )
                for name, folder in folders.items()
            ]
        ]


def _survival(path: Path) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield the policies of a report, with the corners of their curves.

    Raises:
        ValueError: It cannot be read, or is damaged.
    """
    try:
        report = read_json(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
    if not REPORT(report):
        raise ValueError(f"{path} is no report of `autoagent evaluate`")
    for each in report["policies"]:
        yield each["policy"], _corners(each["curve"]["steps"], each["curve"]["share"])


def _corners(steps: Sequence[float], share: Sequence[float]) -> list[tuple[float, float]]:
    """Return the points of a line that stays as it is until the next step."""
    known = list(zip(steps, share, strict=False))
    level = [(later, held) for (_, held), (later, _) in pairwise(known)]
    return [point for pair in zip(known, level, strict=False) for point in pair] + known[-1:]
