"""`autoagent resume` and its relatives through the real command line, on a real model."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from tests.autoagent.cli.test_run import EXAMPLE_LIFE
from tests.commands import autoagent, lines, refused

PROMPT = "Define a function called hello_world"


def lived(db: Path, *options: str) -> list[dict[str, Any]]:
    """Let SmolLM2 live three steps in two sittings."""
    *first, end = lines(autoagent("run", PROMPT, "--steps", "2", "--db", db, "--json", *options))
    run = end["summary"]["run"]
    *rest, _ = lines(autoagent("resume", run, "--steps", "1", "--db", db, "--json"))
    return [*first, *rest]


def without_time(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step without what follows from the clock, or from what a budget has left."""
    return {name: value for name, value in step.items() if name not in ("ms", "run", "fuel")}


@pytest.mark.slow
def test_smollm2_stopped_and_resumed_lives_as_if_never_stopped(db: Path, tmp_path: Path) -> None:
    steps = lived(db)
    other = tmp_path / "other.db"
    *whole, _ = lines(autoagent("run", PROMPT, "--steps", "3", "--db", other, "--json"))
    assert [without_time(step) for step in steps] == [without_time(step) for step in whole]
    verified = autoagent("replay", "last", "--verify", "--db", db, "--json")
    (result,) = lines(verified)
    assert result["verified"]["same"] is True
    assert result["verified"]["steps"] == 3
    assert "fuel" in result["verified"]["compared"]
    *relived, _ = lines(autoagent("replay", "last", "--db", db, "--json"))
    assert [without_time(step) for step in relived] == [without_time(step) for step in steps]

    # and what it left
    (changes,) = lines(autoagent("diff", "last", "0", "3", "--db", db, "--json"))
    assert "+def hello_world" in changes["changes"]["hello_world"]
    source = autoagent("genome", "last", "--db", db).stdout.decode()
    assert "def hello_world" in source
    assert "def execute_code(self" not in source, "the base has it"
    at_birth = autoagent("genome", "last", "--step", "0", "--db", db).stdout.decode()
    assert "hello_world" not in at_birth
    exported = lines(autoagent("export", "last", "--db", db, "--format", "jsonl"))
    assert [line["messages"][1]["content"] for line in exported] == [s["response"] for s in steps]
    assert exported[0]["messages"][0] == {"role": "user", "content": PROMPT}
    assert exported[0]["outcome"]["stdout"] == steps[0]["stdout"]

    # and another future
    back = autoagent("rollback", "last", "--to", "1", "--steps", "1", "--db", db, "--json")
    step, end = lines(back)
    assert without_time(step) == without_time(steps[1]), "the same seed takes the same way"
    assert end["summary"]["run"] != steps[0]["run"]
    rows = lines(autoagent("runs", "--db", db, "--json"))
    assert [row["steps"] for row in rows] == [2, 3]


def typed(db: Path, life: str = EXAMPLE_LIFE, steps: int = 4) -> str:
    command = ["run", "Define", "--llm", "human", "--steps", str(steps), "--db", db, "--json"]
    *_, last = lines(autoagent(*command, typed=life))
    return str(last["summary"]["run"])


def edit(db: Path, kind: str, **changes: Any) -> None:
    with sqlite3.connect(db) as connection:
        for number, data in connection.execute(
            "SELECT number, data FROM events WHERE kind = ?", (kind,)
        ).fetchall():
            edited = json.dumps({**json.loads(data), **changes})
            connection.execute("UPDATE events SET data = ? WHERE number = ?", (edited, number))


def test_the_first_difference_is_told_with_exit_1(db: Path) -> None:
    typed(db)
    edit(db, "outcome", stdout="forged")
    done = autoagent("replay", "last", "--verify", "--db", db)
    assert done.returncode == 1
    assert b"step 1: stdout was 'forged' and is now ''" in done.stdout


def test_another_guest_build_is_told_with_exit_3(db: Path) -> None:
    typed(db)
    for kind in ("run", "born"):
        edit(db, kind, build="0" * 64)
    done = autoagent("replay", "last", "--verify", "--db", db)
    assert done.returncode == 3
    assert b"was lived in the guest build 000000000000" in done.stderr
    assert autoagent("replay", "last", "--db", db).returncode == 0


def test_a_run_that_has_ended_is_not_resumed(db: Path) -> None:
    typed(db, "import os; os.system('true')\n.\n")
    before = db.read_bytes()
    done = autoagent("resume", "last", "--llm", "openai:none", "--db", db)
    assert done.returncode == 0
    assert b"stopped: harm" in done.stdout
    (line,) = lines(autoagent("resume", "last", "--db", db, "--json"))
    assert line["summary"]["cause"] == "harm"
    assert db.read_bytes() == before


def test_what_was_printed_can_be_run_again(db: Path, tmp_path: Path) -> None:
    typed(db)
    file = tmp_path / "organism.py"
    assert autoagent("genome", "last", "--out", file, "--db", db).returncode == 0
    (result,) = lines(autoagent("exec", file, "--json"))
    assert result["error"] == ""
    assert {"hello_world", "call_me_again"} <= set(result["changed"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["resume", "nothing"], ["no run 'nothing'"]),
        (["resume", "last", "--llm", "gpt"], ["gpt"]),
        (["resume", "last", "--steps", "0"], ["steps must be more than 0"]),
        (["rollback", "last", "--to", "9"], ["cannot go on from step 9", "steps 0"]),
        (["rollback", "last", "--to", "-1"], ["cannot go on from step -1"]),
        (["rollback", "last"], ["--to"]),
        (["diff", "last", "0", "7"], ["no step 7"]),
        (["genome", "last", "--step", "7"], ["no step 7"]),
        (["genome", "last", "--out", "/nowhere/at/all.py"], ["cannot be written"]),
        (["export", "last", "--format", "csv"], ["csv", "jsonl"]),
        (["replay", "nothing", "--verify"], ["no run 'nothing'"]),
    ],
)
def test_bad_input_is_told(db: Path, arguments: list[str], words: list[str]) -> None:
    typed(db, steps=2)
    refused(autoagent(*arguments, "--db", db), *words)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--check", "missing.py"],
        ["--temperature", "inf"],
        ["--otlp", "foo"],
        ["--mcp", "/bin/false"],
    ],
)
def test_a_rollback_that_is_refused_leaves_no_run(db: Path, wrong: list[str]) -> None:
    run = typed(db, steps=2)
    refused(autoagent("rollback", run, "--to", "1", "--llm", "human", "--db", db, *wrong))
    assert [row["run"] for row in lines(autoagent("runs", "--db", db, "--json"))] == [run]


def test_a_host_that_is_killed_loses_nothing(db: Path) -> None:
    """Kill the program while SmolLM2 answers, then go on."""
    command = [sys.executable, "-m", "autoagent", "run", PROMPT, "--steps", "50", "--db", str(db)]
    command += ["--max-tokens", "48", "--json"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    shown = [json.loads(program.stdout.readline()) for _ in range(2)]
    time.sleep(0.2)
    os.kill(program.pid, signal.SIGKILL)
    shown += [json.loads(line) for line in program.stdout.read().splitlines()]
    program.wait()
    *rest, _ = lines(autoagent("resume", "last", "--steps", "2", "--db", db, "--json"))
    steps = lines(autoagent("show", "last", "--db", db, "--json"))[:-1]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[: len(shown)] == shown, "what was shown was written before"
    assert steps[-2:] == rest
    assert autoagent("replay", "last", "--verify", "--db", db).returncode == 0


@pytest.mark.parametrize(
    ("activity", "named", "command"),
    [
        ("optimize", "an optimize", "optimize FILE"),
        ("completion", "a completion", "coder evaluate --config FILE"),
    ],
)
def test_what_goes_on_with_a_run_that_needs_more_than_the_journal_is_named(
    tmp_path: Path, activity: str, named: str, command: str
) -> None:
    db = tmp_path / "journal.db"
    with closing(Journal(db)) as journal:
        run = journal.begin({"activity": activity, "llm": "m", "prompt": "p"})
    words = [f"is {named}, and the journal", f"`autoagent {command}"]
    refused(autoagent("resume", "last", "--db", db), *words)
    done = autoagent("translate", "--resume", run, "--db", db)
    refused(
        done,
        "not begun by `autoagent translate`",
        f"`autoagent resume {run}` goes on with it, or names",
    )
    refused(
        autoagent("replay", run, "--db", db), f"is {named}, not the life", f"`autoagent show {run}`"
    )
