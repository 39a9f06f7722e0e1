"""Answers that go back before they are executed, through the real command line."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.events import analyses, calls
from autoagent.journal import Journal
from tests.commands import autoagent, lines, refused

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")

LIFE = """def greet(name):
    return 'hi ' + name
.
print(gret('you'))
.
print(greet('you'))
.
print(undefined)
.
print(undefined_too)
.
"""


def recorded(db: Path, run: str) -> tuple[list[str | None], int]:
    """Return what was wrong with each answer of a run, and how many were analysed."""
    with closing(Journal(db, read_only=True)) as journal:
        problems = [call.problem for call in calls(journal, run)]
        return problems, len(list(analyses(journal, run)))


def test_an_answer_that_would_fail_is_asked_for_again_before_it_is_executed(db: Path) -> None:
    command = ["run", "Greet", "--db", db, "--json", "--steps", "3"]
    done = autoagent(*command, "--llm", "human", "--analyze", "ruff", typed=LIFE)
    *steps, last = lines(done)
    assert [step["stdout"] for step in steps] == ["", "hi you\n", ""]
    assert "undefined_too" in steps[2]["error"]
    assert b"line 1: Undefined name `gret`" in done.stderr
    run = last["summary"]["run"]
    assert recorded(db, run) == ([None, "findings", None, "findings", "findings"], 5)
    assert autoagent("replay", run, "--verify", "--db", db).returncode == 0
    again = autoagent(*command, "--llm", f"recorded:{run}")
    assert [step["response"] for step in lines(again)[:-1]] == [step["response"] for step in steps]
    assert b"loading the analyzers" not in again.stderr
    assert recorded(db, lines(again)[-1]["summary"]["run"])[1] == 0


def test_the_embedded_model_lives_with_analyzers(db: Path) -> None:
    command = ["run", "Define a function called hello_world", "--steps", "2", "--db", db, "--json"]
    *steps, last = lines(autoagent(*command, "--analyze", "ruff"))
    assert len(steps) == 2
    problems, analysed = recorded(db, last["summary"]["run"])
    assert analysed == len([each for each in problems if each in (None, "findings")])


def test_analyzers_that_are_none_are_refused(db: Path) -> None:
    command = ["run", "Go", "--llm", "human", "--db", db, "--analyze"]
    refused(autoagent(*command, "pylint"), "unknown analyzer 'pylint'", "mypy")
    refused(autoagent(*command, "mypy,tests"), "the analyzer 'tests' is for whole programs")
    assert lines(autoagent("runs", "--db", db, "--json")) == []
