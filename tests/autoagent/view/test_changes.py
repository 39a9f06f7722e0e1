import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from autoagent.journal import Journal
from autoagent.marks import Mark, Marks
from autoagent.view.started import Started
from tests.autoagent.view.lives import lived

Begun = list[list[str]]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    """What was taken up: the command lines; a process that does nothing stands for each."""
    commands: Begun = []

    def taken_up(self: Started, run: str, steps: int, seed: int | None = None) -> None:
        commands.append([run, str(steps), str(seed)])

    monkeypatch.setattr(Started, "resume", taken_up)
    return commands


def test_a_run_goes_on_by_a_button(browser: TestClient, db: Path, begun: Begun) -> None:
    run = lived(db)
    page = browser.get(f"/run/{run}").text
    assert f'action="/run/{run}/resume"' in page
    answer = browser.post(f"/run/{run}/resume", data={"steps": "7"})
    assert answer.headers["location"] == f"/run/{run}"
    assert begun == [[run, "7", "None"]]


def test_a_run_is_rolled_back_by_a_button(browser: TestClient, db: Path, begun: Begun) -> None:
    run = lived(db, 5)
    page = browser.get(f"/run/{run}?step=2").text
    assert '<input type="hidden" name="step" value="2">' in page
    answer = browser.post(f"/run/{run}/rollback", data={"step": "2", "steps": "3", "seed": "9"})
    ((shared, *rest),) = begun
    assert answer.headers["location"] == f"/run/{shared}"
    assert rest == ["3", "9"]
    with closing(Journal(db, read_only=True)) as journal:
        assert sum(1 for _ in journal.events(shared, "outcome")) == 2
        assert journal.is_own(shared)


@pytest.mark.parametrize(
    "given", [{"step": "6"}, {"step": "-1"}, {"step": "x"}, {"step": "²"}, {}, {"step": "9" * 30}]
)
def test_what_is_typed_may_be_wrong(
    browser: TestClient, db: Path, begun: Begun, given: dict[str, str]
) -> None:
    run = lived(db, 5)
    assert browser.post(f"/run/{run}/rollback", data=given).status_code == 422
    assert begun == []


def test_a_form_has_an_end(browser: TestClient, db: Path) -> None:
    run = lived(db)
    answer = browser.post(f"/run/{run}/tags", data={"tags": "x" * 100_000})
    assert answer.status_code == 422
    assert "too long" in answer.text


def test_a_strangers_run_wants_the_command_line(
    browser: TestClient, db: Path, begun: Begun, tmp_path: Path
) -> None:
    run = lived(db)
    (tmp_path / "data" / "autoagent" / "journal.key").unlink()
    page = browser.get(f"/run/{run}").text
    assert f"autoagent resume {run}" in page
    assert "/resume" not in page
    assert "/rollback" not in page
    for change in ("resume", "rollback"):
        answer = browser.post(f"/run/{run}/{change}", data={"step": "1"})
        assert answer.status_code == 422
        assert f"autoagent trust {run}" in answer.text
    assert begun == []


@pytest.mark.parametrize("settings", [{"approve": True}, {"llm": "human"}, {"llm": "policy"}])
def test_a_run_that_asks_a_person_wants_the_command_line(
    browser: TestClient, db: Path, begun: Begun, settings: dict[str, object]
) -> None:
    run = lived(db, **settings)
    answer = browser.post(f"/run/{run}/resume")
    assert f"autoagent resume {run}" in answer.text
    assert begun == []


def test_what_cannot_be_taken_up_is_told(browser: TestClient, db: Path, started: Started) -> None:
    run = lived(db, llm="gguf:/nowhere.gguf")
    assert browser.post(f"/run/{run}/resume").status_code == 303
    started._processes[run][0].wait()
    page = browser.get(f"/run/{run}").text
    assert "It could not be taken up" in page
    assert "nowhere.gguf" in page


def test_tags_are_kept_beside_the_journal(browser: TestClient, db: Path) -> None:
    run, other = lived(db), lived(db)
    before = db.read_bytes()
    browser.post(f"/run/{run}/tags", data={"tags": "good, first"})
    assert Marks(db).all() == {run: Mark(("first", "good"))}
    assert db.read_bytes() == before
    page = browser.get("/?tag=good").text
    assert f"/run/{run}" in page
    assert other not in page
    assert browser.post(f"/run/{run}/tags", data={"tags": "<script>"}).status_code == 422


def test_hidden_runs_are_left_out(browser: TestClient, db: Path) -> None:
    run, other = lived(db), lived(db)
    browser.post(f"/run/{run}/hide", data={"hidden": "yes"})
    assert run not in browser.get("/").text
    assert run in browser.get("/?hidden=true").text
    assert other in browser.get("/").text
    browser.post(f"/run/{run}/hide", data={"hidden": "no"})
    assert run in browser.get("/").text
    assert json.loads(Marks(db).path.read_text()) == {}


def test_marks_that_are_damaged_are_told(browser: TestClient, db: Path) -> None:
    lived(db)
    for damage in ("{", "[]", '{"x": 1}', '{"x": {"tags": 1, "hidden": false}}'):
        Marks(db).path.write_text(damage)
        answer = browser.get("/")
        assert answer.status_code == 422
        assert "mend or remove that file" in answer.text


def test_a_run_is_deleted_when_its_id_is_typed(browser: TestClient, db: Path) -> None:
    run, other = lived(db), lived(db)
    browser.post(f"/run/{run}/tags", data={"tags": "good"})
    assert browser.post(f"/run/{run}/delete", data={"again": other}).status_code == 422
    with FileLock(f"{db}.{run}.lock"):
        answer = browser.post(f"/run/{run}/delete", data={"again": run})
        assert "being lived by another process" in answer.text
    assert browser.post(f"/run/{run}/delete", data={"again": run}).headers["location"] == "/"
    page = browser.get("/?hidden=true").text
    assert run not in page
    assert other in page
    assert Marks(db).all() == {}


def test_what_is_taken_up_stops_with_the_server(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = Started(db)
    waiting = [sys.executable, "-c", "import time; time.sleep(600)"]
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **given: popen(waiting, **given))
    started.resume("00000000", 3)
    assert started.runs("00000000")
    with pytest.raises(ValueError, match="goes on already"):
        started.resume("00000000", 3)
    started.close()
    assert not started.runs("00000000")
