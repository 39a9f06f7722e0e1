"""`autoagent train curves`: training runs as a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import Result

from rl.curves import CURVES, draw, read_runs
from tests.autoagent.cli.inside import inside


def logged(folder: Path, *updates: dict[str, object]) -> Path:
    folder.mkdir()
    lines = [json.dumps({"update": number} | each) for number, each in enumerate(updates, 1)]
    (folder / "log.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Two runs; one of them from before prices were logged."""
    new = [{"survived": n, "entropy": 1.0, "price": 1.0 + n, "kl": None} for n in range(4)]
    old = [{"survived": 2 * n, "entropy": 0.5} for n in range(3)]
    return [logged(tmp_path / "new", *new), logged(tmp_path / "old", *old)]


def curves(*arguments: str | Path) -> Result:
    return inside("train", "curves", *arguments)


def test_runs_are_drawn_with_what_they_have(runs: list[Path], tmp_path: Path) -> None:
    from matplotlib.image import imread

    sizes = []
    for several in (runs, runs[1:]):
        out = tmp_path / f"{len(several)}.png"
        done = curves(*several, "--out", out)
        assert done.exit_code == 0, done.stderr
        assert str(out) in done.stderr
        sizes.append(imread(out).shape[0])
    assert sizes[0] * 2 == sizes[1] * 3  # the price has a panel where a run has one


def test_points_are_those_of_the_log(
    runs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.axes import Axes

    drawn = []
    monkeypatch.setattr(Axes, "plot", lambda self, *points, **_: drawn.append(points))
    draw(tmp_path / "x.png", read_runs(runs))
    assert next(iter(CURVES)) == "survived"
    assert drawn[:2] == [([1, 2, 3, 4], [0, 1, 2, 3]), ([1, 2, 3], [0, 2, 4])]
    assert drawn[-1] == ([], [])  # no price


def test_what_is_no_run_or_no_place_is_named(runs: list[Path], tmp_path: Path) -> None:
    for arguments, words in (
        ([tmp_path / "none"], "none has no log.jsonl with updates to draw"),
        ([logged(tmp_path / "empty", {"survived": "x"})], "empty has no log.jsonl"),
        ([runs[0], "--out", tmp_path / "no" / "x.png"], "name another --out"),
    ):
        done = curves(*arguments)
        assert done.exit_code == 2
        assert words in done.stderr
    (runs[0] / "log.jsonl").write_text("{\n")
    assert "line 1 of" in curves(runs[0]).stderr


def test_a_missing_package_is_named(runs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    done = curves(*runs)
    assert done.exit_code == 2
    assert "drawing needs the package matplotlib" in done.stderr
    assert "[rl]" in done.stderr
