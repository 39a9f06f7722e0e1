from contextlib import closing
from pathlib import Path

import pytest

from autoagent.journal import Data, Journal
from autoagent.view.report import ROOM, report
from tests.autoagent.view.lives import lived
from tests.autoagent.view.test_pages import Markup, harmless, spoilt
from tests.commands import autoagent, refused


def reported(db: Path, *runs: str) -> str:
    with closing(Journal(db, read_only=True)) as journal:
        return report(journal, runs)


def test_a_report_is_one_file_of_all_steps(db: Path, tmp_path: Path) -> None:
    run, other = lived(db, 4), lived(db, 2)
    out = tmp_path / "report.html"
    done = autoagent("report", run, other[:6], "-o", out, "--db", db)
    assert done.returncode == 0, done.stderr
    page = out.read_text()
    assert page.count('<details class="step">') == 6
    assert "What next, after 3?" in page
    assert "count3" in page
    found = Markup(page)
    assert found.scripts == []
    assert all(link.startswith("#") for link in found.links)
    assert "default-src 'none'; style-src 'sha256-" in page


def test_nothing_in_a_report_is_markup(db: Path) -> None:
    harmless(reported(db, lived(db, 3, change=spoilt)))


def test_a_report_has_room_for_all_steps(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(kind: str, data: Data) -> Data:
        texts = {"heartbeat": "query", "reply": "text", "outcome": "stdout"}
        return data | {texts[kind]: "<&'\" \u202e" * 3_000} if kind in texts else data

    # As many bytes for each step as there are where a life has 1,000.
    monkeypatch.setattr("autoagent.view.report.ROOM", ROOM // 50)
    page = reported(db, lived(db, 20, change=long))
    assert page.count('<details class="step">') == 20
    assert page.count("&lt;&amp;&#39;") > 20 * 3
    assert len(page.encode()) <= ROOM // 50 + 40_000


def test_of_a_longer_life_beginning_and_end_are_reported(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoagent.view.report.MOST_STEPS", 10)
    page = reported(db, lived(db, 12))
    assert page.count('<details class="step">') == 10
    assert "Steps 6 to 7 are left out." in page


def test_what_cannot_be_reported_is_told(db: Path, tmp_path: Path) -> None:
    lived(db)
    out = tmp_path / "report.html"
    refused(autoagent("report", "zzz", "-o", out, "--db", db), "no run 'zzz'")
    refused(autoagent("report", "last", "-o", tmp_path / "no" / "where", "--db", db), "cannot be")
    assert not out.exists()
