"""`autoagent bench coder` through the real command line, with analyzers in their jail."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("scipy")
pytest.importorskip("matplotlib")

from tests.commands import autoagent, lines, refused
from tests.genetic.cli.conftest import Talker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
Start = Callable[[Callable[[str], str]], Talker]
ARMS = "plain,mypy,best-of-n"


def even(query: str) -> str:
    """Answer wrongly at first, and rightly when told of it."""
    return f"```python\n    return {'n' if 'has no attribute' in query else 'n.x'} % 2 == 0\n```"


def test_arms_are_compared_and_what_is_finished_is_kept(talker: Start, tmp_path: Path) -> None:
    server = talker(even)
    options = [*server.options, "--arms", ARMS, "--pairs", "*/is_even", "-n", "1"]
    options += ["--style", "chat", "--iterations", "2", "--out", str(tmp_path), "--json"]
    *rows, told = lines(autoagent("bench", "coder", *options))
    assert [(row["arm"], row["clean"], row["tests"], row["loops"]) for row in rows] == [
        ("plain", False, False, 1),
        ("mypy", True, True, 2),
        ("best-of-n", False, False, 2),
    ]
    figures = told["summary"]["arms"]
    assert figures["mypy"]["tests"]["value"] == 1
    assert figures["plain"]["mypy_errors"]["value"] == 1
    assert {lead["over"] for lead in told["summary"]["leads"]} == {"plain", "best-of-n"}
    assert "new answers without feedback" in (tmp_path / "report.md").read_text()
    assert json.loads((tmp_path / "report.json").read_text())["rows"][1]["arm"] == "mypy"
    assert (tmp_path / "pass-rates.png").stat().st_size > 0

    asked = len(server.queries)
    again = lines(autoagent("bench", "coder", *options))
    assert [row["arm"] for row in again[:-1]] == ARMS.split(",")
    assert len(server.queries) == asked
    *_, told = lines(autoagent("bench", "coder", *options, "--beside", str(tmp_path)))
    theirs = [each for each in told["summary"]["leads"] if each["over"] == "mypy (openai:m, chat)"]
    assert [(each["arm"], each["share"]) for each in theirs] == [
        ("mypy", "clean"),
        ("mypy", "runs"),
        ("mypy", "tests"),
    ]
    assert {each["difference"]["value"] for each in theirs} == {0}
    other = autoagent("bench", "coder", *options, "--tokens", "7")
    refused(other, "is of another configuration")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--arms", "mypi"], ["unknown arm 'mypi'; did you mean mypy?"]),
        (["--pairs", "level_9/*"], ["no pair is called 'level_9/*'"]),
        (["--dataset", "none"], ["there is no pair in"]),
        (["--out", "file"], ["--out file cannot be made: File exists"]),
        (
            ["--beside", "none"],
            ["none/report.json is no report of completions (No such file or directory); give"],
        ),
        (["--style", "poem"], ["unknown style 'poem'"]),
        (["--temperature", "9"], ["temperature must be from 0"]),
        (["--arms", "constrained"], ["need --style raw and a model in this process"]),
        (["--llm", "constrained:openai:m"], ["openai:m cannot be constrained", "use smollm2"]),
        (["--llm", "constrained:smollm2", "--style", "chat"], ["use the style raw"]),
    ],
)
def test_bad_input(
    options: list[str], words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    refused(autoagent("bench", "coder", "--llm", "openai:m", "--api-key", "none", *options), *words)
