"""`autoagent coder` through the real command line, with analyzers in their jail."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from genetic.cli.coder import _stopped
from tests.commands import autoagent, lines, refused
from tests.genetic.cli.conftest import Talker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
Start = Callable[[Callable[[str], str]], Talker]

SOURCE = '''def double(n: int) -> int:
    """Return twice the number.

    >>> double(2)
    4
    """
    return 2 * n


def triple(n: int) -> int:
    """Return thrice the number."""
    return 3 * n
'''
WRONG, RIGHT = "```python\n    return nn\n```", "```python\n    return 2 * n\n```"
CONFIG = """
dataset = "own"
model_first = "openai:m"
analyzers = ["ruff"]
feedback_variant = "coworker"
style = "chat"
max_iter = 2
"""


def mended(query: str) -> str:
    """Answer wrongly at first, and rightly when told of it."""
    return RIGHT if "Undefined name `nn`" in query else WRONG


def test_complete(talker: Start, tmp_path: Path) -> None:
    talking = talker(mended)
    server = talking.options[2:]
    (tmp_path / "code.py").write_text('def double(n):\n    """Return twice the number."""\n')
    options = ["--model-first", "openai:m", *server, "--analyzers", "ruff", "--style", "chat"]
    db, log = ["--db", tmp_path / "j.db"], ["--log", tmp_path / "log.txt", "--force"]
    options += ["--feedback-variant", "coworker"]
    command = ["coder", "complete", "-f", tmp_path / "code.py", *options, *db, *log]
    stopped = autoagent(*command, "--tokens", "400")
    assert stopped.returncode == 1, stopped.stderr
    assert b"the budget of tokens is used up; `autoagent coder complete --resume " in stopped.stderr
    on = ["coder", "complete", "--resume", "last", *server, *db, *log]
    refused(autoagent(*on, "--seed", "1"), "as it was planned; leave --seed out")
    refused(autoagent(*on, "--choices", "2"), "as it was planned; leave --choices out")
    code = ["--log", tmp_path / "code.py", "--force"]
    refused(autoagent(*on, *code), "code.py is the code itself; name another file")
    done = autoagent("resume", "last", *server, *db, "--json")
    (said,) = lines(done)
    assert len(talking.queries) == 2
    refused(autoagent(*on), "it is complete", "autoagent show")
    assert said["completion"] == "    return 2 * n\n"
    assert said["passing"]
    assert said["loops"] == 2
    assert b"step 2: score 0" in done.stderr
    shown = autoagent("show", said["run"], "--db", tmp_path / "j.db")
    assert b"complete: passing, 2 steps" in shown.stdout
    exported = autoagent("export", said["run"], "--db", tmp_path / "j.db", "--format", "jsonl")
    (line,) = map(json.loads, exported.stdout.splitlines())
    assert [each["role"] for each in line["messages"]] == ["system", "user", "assistant"]
    assert "return 2 * n" in line["messages"][-1]["content"]
    back = autoagent(
        *("rollback", said["run"], "--to", "1", "--llm", "openai:other"),
        *("--db", tmp_path / "j.db", *server),
    )
    assert b"up to call 1" in back.stderr
    other = autoagent(*on, "--json")
    (again,) = lines(other)
    assert again["run"] != said["run"]
    assert again["completion"] == said["completion"]
    assert len(talking.queries) == 3, "the first answer is shared"
    assert "Undefined name `nn`" in (tmp_path / "log.txt").read_text()


def test_an_interruption_is_no_pass() -> None:
    with pytest.raises(typer.Exit) as stopped, _stopped("the same command goes on"):
        raise KeyboardInterrupt
    assert stopped.value.exit_code == 130


def test_a_completion_is_printed_before_its_log_is_written(talker: Start, tmp_path: Path) -> None:
    server = talker(lambda query: RIGHT).options[2:]
    options = ["--model-first", "openai:m", *server, "--analyzers", "", "--style", "chat"]
    options += ["--db", str(tmp_path / "j.db"), "--log", "/dev/full"]
    done = autoagent("coder", "complete", "-u", "def double(n):\n", *options)
    assert done.returncode == 2
    assert b"return 2 * n" in done.stdout
    assert b"--log /dev/full cannot be written: No space left" in done.stderr


def test_examples_in_the_code_are_tests(talker: Start, tmp_path: Path) -> None:
    server = talker(lambda query: RIGHT if "expected" in query.lower() else WRONG).options[2:]
    head = 'nn = 5\n\n\ndef double(n):\n    """Return twice.\n\n    >>> double(2)\n    4\n    """\n'
    options = ["--model-first", "openai:m", *server, "--analyzers", "tests", "--style", "chat"]
    options += ["--db", str(tmp_path / "j.db"), "--iterations", "2", "--json"]
    options += ["--feedback-variant", "coworker"]
    (said,) = lines(autoagent("coder", "complete", "-u", head, *options))
    assert (said["completion"], said["loops"]) == ("    return 2 * n\n", 2)


def test_evaluate_metrics_and_export(talker: Start, tmp_path: Path) -> None:
    server = talker(mended).options[2:]
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "own.py").write_text(SOURCE)
    place = ["--folder", str(tmp_path)]
    made = autoagent("coder", "preprocess", tmp_path / "src", "-n", "own", "-s", "5", *place)
    assert b"2 pairs" in made.stderr
    broken = tmp_path / "data" / "own" / "level_0" / "pairs" / "broken"
    broken.mkdir()
    (broken / "input.txt").write_text("x = ")
    config = tmp_path / "c.toml"
    config.write_text(CONFIG)

    first = autoagent("coder", "evaluate", "-c", config, *place, *server, "--json")
    rows = {row["pair"]: row for row in lines(first)}
    assert b"left out: level_0/broken: output.txt is missing" in first.stderr
    double, triple = rows["level_0/own.double"], rows["level_0/own.triple"]
    assert (double["passing"], double["runs"], double["tests"]) == (True, True, True)
    assert (double["first_passing"], double["first_tests"]) == (False, False)
    assert (triple["passing"], triple["runs"], triple["tests"]) == (True, True, None)
    (folder,) = (tmp_path / "eval" / "c").iterdir()
    assert "== expected ==" in (folder / "readable_logs" / "level_0.own.double.0.txt").read_text()

    told = json.loads((folder / "results.json").read_text())
    told["rows"] = told["rows"][:1]  # as if it had been stopped there
    (folder / "results.json").write_text(json.dumps(told))
    (tmp_path / "victim").write_text("untouched")
    log = folder / "readable_logs" / "level_0.own.triple.0.txt"
    log.unlink()
    log.symlink_to(tmp_path / "victim")
    again = autoagent("coder", "evaluate", "-c", config, *place, *server, "--json")
    assert [row["pair"] for row in lines(again)] == ["level_0/own.triple"]
    assert [each.name for each in (tmp_path / "eval" / "c").iterdir()] == [folder.name]
    assert (tmp_path / "victim").read_text() == "untouched"
    assert "== expected ==" in log.read_text()

    (scores,) = lines(autoagent("coder", "metrics", "-c", config, *place, "--json"))
    assert scores["completions"] == 2
    assert scores["means"]["tests"] == 1
    assert scores["means"]["loops"] == 2
    with (folder / "metrics.csv").open() as file:
        table = list(csv.DictReader(file))
    assert float(table[0]["bleu"]) == pytest.approx(1.0)
    assert (folder / "scores.png").exists()
    config.write_text(CONFIG + 'scores = ["reviewer"]\n')
    nobody = ["--base-url", "http://127.0.0.1:9/v1", "--api-key", "none", "--timeout", "1"]
    assert autoagent("coder", "metrics", "-c", config, *place, *nobody).returncode == 3

    assert b"2 conversations" in autoagent("coder", "export", "-n", "own", *place).stderr
    written = (tmp_path / "data" / "own" / "conversations.jsonl").read_text().splitlines()
    assert json.loads(written[0])["messages"][-1]["role"] == "assistant"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["complete"], ["--file or with --text"]),
        (
            ["complete", "-u", "x = ", "--analyzers", "pylint"],
            ["unknown analyzer 'pylint'", "mypy"],
        ),
        (["complete", "-u", "x = ", "--temperature", "3"], ["temperature must be from 0"]),
        (["complete", "-f", "none.py"], ["none.py cannot be read", "give a file that can be"]),
        (
            ["complete", "-u", "x", "--iterations", "0"],
            ["--iterations must be from 1 to 1000, got 0"],
        ),
        (["complete", "-u", "x", "-n", "99"], ["--choices must be from 1 to 32, got 99"]),
        (["complete", "-f", "bytes.py"], ["is not UTF-8 (byte 0)"]),
        (["complete", "-f", "code.py", "--log", "./code.py"], ["--log code.py is the code"]),
        (["complete", "-f", "code.py", "--log", "right.toml"], ["there already; --force"]),
        (["complete", "-f", "code.py", "--log", "none/log"], ["--log none/log cannot be written"]),
        (["evaluate", "-c", "none.toml"], ["none.toml cannot be read", "give a file that can be"]),
        (["evaluate", "-c", "wrong.toml"], ["unknown key 'max_iters'; did you mean max_iter?"]),
        (["evaluate", "-c", "right.toml"], ["there is no pair in"]),
        (
            ["metrics", "-c", "right.toml", "-i", "3"],
            ["right has 0 evaluations; `autoagent coder evaluate -c right.toml`"],
        ),
        (["preprocess", "none", "-n", "x"], ["none is no folder"]),
        (["preprocess", ".", "-n", "../x"], ["'../x' is no name of a data set"]),
        (["export", "-n", "x"], ["there is no pair in", "`autoagent coder preprocess` makes some"]),
    ],
)
def test_bad_input(
    arguments: list[str], words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bytes.py").write_bytes(b"\xff\n")
    Path("code.py").write_text("x = 1\n")
    Path("wrong.toml").write_text('dataset = "d"\nmax_iters = 3\n')
    Path("right.toml").write_text('dataset = "d"\n')
    more: list[Any] = []
    if arguments[0] == "complete":
        more = ["--model-first", "openai:m", "--api-key", "none", "--db", "j.db"]
    refused(autoagent("coder", *arguments, *more), *words)
