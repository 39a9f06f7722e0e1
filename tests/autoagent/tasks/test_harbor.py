import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.tasks.examiner import Examiner
from autoagent.tasks.harbor import export, portable
from autoagent.tasks.task import bundled, select
from tests.commands import autoagent


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with closing(Examiner()) as made:
        yield made


def judged(place: Path, logs: Path) -> tuple[str, str]:
    """Have the verifier judge what is in the folder that its container begins with."""
    app = place / "environment" / "app"
    command = [sys.executable, "-I", str(place / "tests" / "verifier.py"), str(app), str(logs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (logs / "reward.txt").read_text().strip(), done.stdout.strip()


def leave(place: Path, name: str, text: str) -> None:
    (place / "environment" / "app" / name).write_text(text)


def posed(place: Path) -> dict[str, Any]:
    return json.loads((place / "tests" / "posed.json").read_text())  # type: ignore[no-any-return]


def test_a_task_is_a_folder_as_harbor_has_it(examiner: Examiner, tmp_path: Path) -> None:
    chosen = portable(bundled())
    assert {task.kind for task in chosen} == {"compute", "program", "files"}
    for task in chosen[::5]:  # all have one form
        place = export(task, tmp_path, examiner=examiner, seed=3)
        settings = tomllib.loads((place / "task.toml").read_text())
        assert settings["task"] == {"name": f"autoagent/{task.name}", "description": task.title}
        assert posed(place)["prompt"] in (place / "instruction.md").read_text()
        given = posed(place).get("files", {})
        app = place / "environment" / "app"
        assert {name: (app / name).read_text() for name in given} == given
        assert "/tests/verifier.py /app /logs/verifier" in (place / "tests/test.sh").read_text()


def test_a_result_is_judged(examiner: Examiner, tmp_path: Path) -> None:
    (task,) = select("digit_sum")
    place = export(task, tmp_path, examiner=examiner, seed=0)
    assert judged(place, tmp_path / "logs")[0] == "0"
    leave(place, "result.json", "no JSON")
    assert judged(place, tmp_path / "logs")[0] == "0"
    leave(place, "result.json", json.dumps(posed(place)["expected"]))
    assert judged(place, tmp_path / "logs") == ("1", "solved")


def test_a_program_is_run_on_its_inputs_and_sees_nothing_else(
    examiner: Examiner, tmp_path: Path
) -> None:
    (task,) = select("calculator")
    place = export(task, tmp_path, examiner=examiner, seed=0)
    table = {text: value for (text,), value in posed(place)["cases"]}
    leave(place, "result.json", json.dumps(f"value = {table!r}.get"))
    assert judged(place, tmp_path / "logs") == ("1", "solved")
    leave(place, "result.json", json.dumps("def value(text):\n    raise ValueError(text)"))
    reward, told = judged(place, tmp_path / "logs")
    assert reward == "0"
    assert "ValueError" in told


def test_a_file_is_judged(examiner: Examiner, tmp_path: Path) -> None:
    (task,) = select("sorted_copy")
    place = export(task, tmp_path, examiner=examiner, seed=0)
    assert judged(place, tmp_path / "logs")[0] == "0"
    for name, text in posed(place)["after"].items():
        leave(place, name, text)
    leave(place, "result.json", json.dumps(posed(place).get("expected")))
    assert judged(place, tmp_path / "logs") == ("1", "solved")


def test_tasks_about_an_organism_itself_are_refused() -> None:
    with pytest.raises(ValueError, match="--tasks compute,program,files"):
        portable(select("self"))


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    done = autoagent("bench", "tasks", "--harbor", tmp_path / "out", "--tasks", "digit_sum")
    assert (done.returncode, done.stdout.decode()) == (0, f"{tmp_path / 'out' / 'digit_sum'}\n")
    done = autoagent("bench", "tasks", "--harbor", tmp_path / "out", "--tasks", "self")
    assert done.returncode == 2
    assert "mean nothing to other agents" in " ".join(done.stderr.decode().split())
