"""`autoagent exec` through the real command line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autoagent.cli.execute import execute
from autoagent.cli.options import Bounds, BuiltWall
from tests.commands import autoagent, refused

KEYS = {
    "alive", "cause", "harm", "stdout", "error", "changed", "state", "genome", "fuel", "wall_ms",
}  # fmt: skip


def executed(tmp_path: Path, code: str, *options: str) -> dict[str, Any]:
    file = tmp_path / "answer.py"
    file.write_text(code)
    done = autoagent("exec", file, "--json", *options)
    assert done.returncode == 0, done.stderr.decode()
    (line,) = done.stdout.splitlines()
    result: dict[str, Any] = json.loads(line)
    assert set(result) == KEYS
    return result


@pytest.mark.parametrize(
    ("code", "options", "expected"),
    [
        ("print(1 + 1)", [], {"alive": True, "cause": None, "stdout": "2\n", "harm": []}),
        ("```python\nprint('in a fence')\n```", [], {"stdout": "in a fence\n"}),
        ("def f(self): pass\ndef g(): pass", [], {"changed": ["f", "g"]}),
        ("import os; os.system('rm -rf /')", [], {"alive": False, "cause": "harm"}),
        ("while True: pass", ["--fuel", "100000000"], {"alive": False, "cause": "fuel"}),
        ("while True: pass", ["--seconds", "0.5"], {"alive": False, "cause": "hang"}),
        (
            "import os\nprint(os.environ)",
            ["--policy", "open"],
            {"stdout": "environ({'HOME': '/self'})\n"},
        ),
        ("(" * 100_000, [], {"alive": True}),
    ],
)
def test_a_file_is_what_the_model_said(
    tmp_path: Path, code: str, options: list[str], expected: dict[str, Any]
) -> None:
    result = executed(tmp_path, code, *options)
    assert {key: result[key] for key in expected} == expected


def test_seconds_bound_the_call_of_one_that_talks_all_the_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoagent.step_bounds.MOST_MESSAGES", 10**9)
    file = tmp_path / "answer.py"
    file.write_text("while True: exec('x = 1')")
    execute(file, wall=BuiltWall(), bounds=Bounds(), seconds=1.5, json=True)
    result = json.loads(capsys.readouterr().out)
    assert result["cause"] == "hang"
    assert "within" in result["error"]  # "1.5 s" of the call, or "the time limit" of the guest


def test_what_is_printed_cannot_command_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    file.write_text(r"print('\x1b[2J\ud800')")
    done = autoagent("exec", file)
    assert done.returncode == 0, done.stderr.decode()
    assert rb"\x1b[2J\ud800" in done.stdout


def test_people_see_the_outcome(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    file.write_text("print('seen')\nbroken")
    shown = autoagent("exec", file).stdout.decode()
    assert "seen" in shown
    assert "NameError" in shown
    assert "alive" in shown
    file.write_text("import os; os.system('x')")
    last = autoagent("exec", file).stdout.decode().splitlines()[-1]
    assert last.startswith("dead before it was executed, ")


def test_bad_files_are_named(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    refused(autoagent("exec", file), "answer.py")
    refused(autoagent("exec", "/dev/zero"), "/dev/zero", "no ordinary file")
    os.mkfifo(tmp_path / "fifo")
    refused(autoagent("exec", tmp_path / "fifo"), "no ordinary file")
    file.write_bytes(b"")
    refused(autoagent("exec", file), "empty")
    file.write_bytes(b"\xff\xfe\x00")
    refused(autoagent("exec", file), "UTF-8")
