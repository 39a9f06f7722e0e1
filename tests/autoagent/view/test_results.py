"""Folders of results: in a page, and in a report."""

import json
import math
import re
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from autoagent.view.app import application
from autoagent.view.charts import curve
from autoagent.view.panels import Curve, Facts, Table
from autoagent.view.results import MOST_ROWS, shelves
from autoagent.view.scale import TICKS, Scale
from autoagent.view.source import Source
from autoagent.view.started import Started
from tests.autoagent.view.conftest import BASE, PORT
from tests.commands import autoagent, refused

SPOILT = "<script>alert(1)</script>\u202e"
REPORT = f"""# Tasks

- seed: 0
- model: {SPOILT}

| | small |
|---|---|
| solved | 10.0% |
| died | |

## Lives

| task | end |
| --- | --- |
| {SPOILT} | budget |
"""


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders of training, and two of benchmarks, one of them with a name that is taken."""
    for name, slope in (("plain", 1), ("groups", 2)):
        (tmp_path / name).mkdir()
        lines = [{"update": n, "mean_return": slope * n, "survived": n} for n in (1, 2, 3)]
        (tmp_path / name / "log.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    for name in ("one/bench", "two/bench"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "report.md").write_text(REPORT)
    return [tmp_path / name for name in ("plain", "one/bench", "groups", "two/bench")]


@pytest.mark.parametrize(
    "values",
    [
        [1e18],
        [1.7e308],
        [-1.7976931348623157e308],
        [-1.7e308, 1.7e308],
        [0.0, 5e-324],
        [0.0],
        [1e18, 1e18 + 128],
    ],
)
def test_any_numbers_have_places_and_ticks(values: list[float]) -> None:
    scale = Scale.over(values, 0, 100)
    assert all(0 <= scale(value) <= 100 for value in values)
    assert 1 <= len(scale.ticks()) <= 2 * TICKS
    assert all(map(math.isfinite, scale.ticks()))


def test_numbers_beyond_all_floats_are_no_figures(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    line = {"update": 1, "mean_return": 10**400, "survived": 1}
    log.write_text(json.dumps(line) + "\n")
    (((survived,),),) = shelves([tmp_path])
    assert isinstance(survived, Curve)
    assert curve(survived)
    log.write_text(json.dumps(line | {"update": 10**400}) + "\n")
    with pytest.raises(ValueError, match="no record of an update"):
        shelves([tmp_path])


def test_a_report_that_is_nested_too_deeply_is_told(tmp_path: Path) -> None:
    (tmp_path / "survival.png").touch()
    (tmp_path / "report.json").write_text('{"policies":' + "[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        shelves([tmp_path])


def test_folders_of_a_kind_stand_side_by_side(folders: list[Path]) -> None:
    reports, (curves,) = sorted(shelves(folders), key=len, reverse=True)
    assert len(reports) == 2
    for column, folder in zip(reports, (folders[1], folders[3]), strict=True):
        facts, solved, lives = column
        assert isinstance(facts, Facts)
        assert isinstance(solved, Table)
        assert isinstance(lives, Table)
        assert facts.title == f"Tasks: {folder}"
        assert facts.values == {"seed": "0", "model": SPOILT}
        assert (solved.title, solved.headings, solved.rows) == (
            "Tasks",
            ["", "small"],
            [["solved", "10.0%"], ["died", ""]],
        )
        assert (lives.title, lives.rows) == ("Lives", [[SPOILT, "budget"]])
    drawn = {panel.title: panel.lines for panel in curves if isinstance(panel, Curve)}
    assert drawn == {
        "steps survived": {"plain": [(1, 1), (2, 2), (3, 3)], "groups": [(1, 1), (2, 2), (3, 3)]},
        "return": {"plain": [(1, 1), (2, 2), (3, 3)], "groups": [(1, 2), (2, 4), (3, 6)]},
    }


def test_an_evaluation_is_curves_of_survival(tmp_path: Path) -> None:
    curve = {"steps": [0.0, 2.0, 5.0], "share": [1.0, 0.5, 0.0], "low": [], "high": []}
    report = {"policies": [{"policy": SPOILT, "curve": curve}], "references": []}
    (tmp_path / "report.json").write_text(json.dumps(report))
    (tmp_path / "survival.png").touch()
    (((survival,),),) = shelves([tmp_path])
    assert isinstance(survival, Curve)
    assert survival.lines == {SPOILT: [(0, 1), (2, 1), (2, 0.5), (5, 0.5), (5, 0)]}
    (tmp_path / "report.json").write_text('{"policies": [{}]}')
    with pytest.raises(ValueError, match="no report of `autoagent evaluate`"):
        shelves([tmp_path])


def test_of_a_long_table_the_beginning_is_shown(tmp_path: Path) -> None:
    rows = "| 1 |\n" * (MOST_ROWS + 1)
    (tmp_path / "report.md").write_text(f"| number |\n| --- |\n{rows}")
    ((column,),) = shelves([tmp_path])
    table = column[-1]
    assert isinstance(table, Table)
    assert len(table.rows) == MOST_ROWS
    assert table.told == f"{MOST_ROWS} of {MOST_ROWS + 1} rows"


def test_results_have_a_page(folders: list[Path], db: Path, own_key: None) -> None:
    with closing(Started(db)) as started:
        app = application(Source(db, folders), started, port=PORT, token="the-token")
        browser = TestClient(app, base_url=BASE)
        page = browser.get("/enter?token=the-token&to=/results")
    assert page.status_code == 200
    assert page.text.count("<table>") == 4
    assert page.text.count("<polyline") == 4
    assert SPOILT not in page.text
    assert "&lt;script&gt;" in page.text


def test_results_are_reported_in_one_file(folders: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    options = [word for folder in folders for word in ("--results", folder)]
    done = autoagent("report", *options, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "4 folders of results" in done.stderr.decode()
    assert out.read_text().count("<polyline") == 4
    assert SPOILT not in out.read_text()


def test_lines_of_one_colour_are_told_apart() -> None:
    lines = {f"run {n}": [(0.0, n), (1.0, n)] for n in range(5)}
    drawn = curve(Curve(title="return", x="update", y="return", lines=lines))
    looks = re.findall('<polyline class="([^"]+)"', drawn)
    assert len(set(looks)) == len(lines)


def test_what_holds_no_results_is_told(folders: list[Path], tmp_path: Path) -> None:
    out = ["-o", tmp_path / "report.html"]
    (tmp_path / "none").mkdir()
    (tmp_path / "plain" / "log.jsonl").write_text("{")
    refused(autoagent("report", *out), "name a RUN, or a folder of results")
    refused(
        autoagent("report", "--results", tmp_path / "none", *out),
        "log.jsonl or report.md or survival.png",
    )
    refused(autoagent("report", "--results", tmp_path / "nowhere", *out), "does not exist")
    refused(autoagent("report", "--results", tmp_path / "plain", *out), "log.jsonl")
    assert not (tmp_path / "report.html").exists()
