"""`autoagent run` and its relatives through the real command line."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

STEP_KEYS = {
    "run", "step", "query", "response", "harm", "stdout", "error", "genome", "changed", "alive",
    "cause", "tokens_in", "tokens_out", "ms",
}  # fmt: skip

EXAMPLE_LIFE = """def hello_world():
    print('Hello world!')
.
hello_world()  # Call me again
.
def call_me_again():
    print('again')
self.new_attribute = 'x'
.
call_me_again()
print(self.new_attribute)
.
"""


def autoagent(
    *arguments: str | Path, typed: str | bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "autoagent", *arguments],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    error = done.stderr.decode()
    assert done.returncode == 2, error
    assert "Traceback" not in error
    for word in words:
        assert word in error


def test_smollm2_lives_and_is_shown_again(db: Path) -> None:
    command = ["run", "Define a function called hello_world", "--db", db, "--json"]
    *steps, last = lines(autoagent(*command, "--steps", "3"))
    assert len(steps) == 3
    assert set(steps[0]) >= STEP_KEYS
    assert "hello_world" in steps[0]["changed"]
    assert last["summary"]["cause"] == "budget"
    assert last["summary"]["limit"] == "steps"
    assert last["summary"]["spent"]["tokens"] == sum(
        step["tokens_in"] + step["tokens_out"] for step in steps
    )
    assert lines(autoagent("show", "last", "--db", db, "--json")) == [*steps, last]
    assert lines(autoagent("show", steps[0]["run"][:5], "--db", db, "--json")) == [*steps, last]
    (row,) = lines(autoagent("runs", "--db", db, "--json"))
    assert row["run"] == steps[0]["run"]
    again = ["run", "Define a function called hello_world", "--db", db, "--json"]
    repeated = lines(autoagent(*again, "--llm", "recorded:" + row["run"], "--steps", "3"))
    assert [step["genome"] for step in repeated[:-1]] == [step["genome"] for step in steps]


def test_the_example_life_typed_by_a_person(db: Path) -> None:
    done = autoagent(
        *("run", "Define a function called hello_world", "--llm", "human", "--json"),
        *("--steps", "4", "--db", db),
        typed=EXAMPLE_LIFE,
    )
    first, second, third, fourth, _ = lines(done)
    assert first["changed"] == ["hello_world"]
    assert second["stdout"] == "Hello world!\n"
    assert third["changed"] == ["call_me_again"]
    assert fourth["stdout"] == "again\nx\n"


def test_harm_is_death_and_exit_0(db: Path) -> None:
    arguments = ["run", "Tidy up", "--llm", "human", "--json", "--db", db]
    step, last = lines(autoagent(*arguments, typed="import os; os.system('rm -rf /')\n.\n"))
    assert (step["alive"], step["cause"]) == (False, "harm")
    assert step["harm"][0]["kind"] == "harm"
    assert step["harm"][0]["line"] == 1
    assert last["summary"]["cause"] == "harm"


def test_people_see_code_and_outcome(db: Path) -> None:
    done = autoagent(
        *("run", "Greet", "--llm", "human", "--steps", "1", "--db", db), typed="print('hi ' * 2)\n."
    )
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert "print('hi ' * 2)" in shown
    assert "hi hi" in shown
    assert "budget" in shown
    again = autoagent("show", "last", "--db", db).stdout.decode()
    assert "hi hi" in again


def test_the_prompt_may_come_through_a_pipe(db: Path) -> None:
    arguments = ["run", "--llm", "smollm2", "--steps", "1", "--json", "--db", db]
    step, _ = lines(autoagent(*arguments, typed="Add two numbers"))
    assert step["query"].startswith("Add two numbers")


def test_skills_are_offered_and_used(db: Path) -> None:
    *_, step, last = lines(
        autoagent(
            *("run", "Note", "--llm", "human", "--steps", "1", "--json", "--db", db),
            *("--skills", "clock,notes"),
            typed="self.use('notes', write='kept')\nprint(self.use('notes'))\n.\n",
        )
    )
    assert "notes" in step["query"]
    assert step["stdout"] == "['kept']\n"
    assert last["summary"]["spent"]["skill_calls"] == 2


def test_a_real_server_through_openai(db: Path, llama_server: str) -> None:
    step, last = lines(
        autoagent(
            *("run", "Define a function called hello_world", "--llm", "openai:any"),
            *("--steps", "1", "--json", "--db", db),
            env={"OPENAI_BASE_URL": llama_server},
        )
    )
    assert step["tokens_out"] > 0
    assert step["response"]
    assert last["summary"]["cause"] in ("budget", "crashed", "harm")


def test_an_unreachable_server_suspends_with_exit_3(db: Path) -> None:
    done = autoagent(
        *("run", "Greet", "--llm", "openai:any", "--base-url", "http://127.0.0.1:9/v1"),
        *("--json", "--db", db, "--timeout", "5"),
    )
    assert done.returncode == 3, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert summary["cause"] == "unreachable"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--llm", "gpt-9"], ["gpt-9", "smollm2"]),
        (["--llm", "gguf:/nowhere.gguf"], ["/nowhere.gguf"]),
        (["--llm", "openai:x"], ["OPENAI_API_KEY"]),
        (["--llm", "recorded:feed"], ["feed"]),
        (["--steps", "0"], ["steps", "0"]),
        (["--tokens", "-5"], ["tokens", "-5"]),
        (["--seconds", "0"], ["seconds"]),
        (["--cost", "0"], ["cost"]),
        (["--fuel", "0"], ["fuel"]),
        (["--memory-mb", "1"], ["memory_mb"]),
        (["--sandbox", "paper"], ["paper", "wasm"]),
        (["--skills", "fly"], ["fly", "notes"]),
        (["--policy", "lax"], ["lax"]),
    ],
)
def test_bad_settings_are_named(db: Path, arguments: list[str], words: list[str]) -> None:
    environment = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    refused(autoagent("run", "Greet", "--db", db, *arguments, env=environment), *words)


@pytest.mark.parametrize("typed", [b"", b"  \n", b"\xff\xfe"])
def test_a_prompt_of_nothing_or_noise_is_refused(db: Path, typed: bytes) -> None:
    refused(autoagent("run", "--db", db, typed=typed), "prompt")


def test_an_empty_prompt_is_refused(db: Path) -> None:
    refused(autoagent("run", "  ", "--db", db), "empty")


def test_a_journal_from_the_future_is_refused(db: Path) -> None:
    database = sqlite3.connect(db)
    database.execute("PRAGMA user_version = 99")
    database.close()
    refused(autoagent("run", "Greet", "--db", db), "newer", "99")


def test_a_file_that_is_no_journal_is_refused(db: Path) -> None:
    db.write_text("not a database, " * 100)
    refused(autoagent("runs", "--db", db), "not a journal")


def test_a_locked_journal_is_refused(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines(autoagent("runs", "--db", db, "--json"))
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    refused(autoagent("runs", "--db", db), "locked")
    holder.close()


def test_an_unwritable_journal_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    refused(autoagent("runs", "--db", file / "journal.db"), "journal")


def test_ctrl_c_suspends_cleanly(db: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "autoagent", "run", "Count", "--steps", "500", "--json", "--db", db],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    first = json.loads(running.stdout.readline())
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    rest, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors.decode()
    assert b"Traceback" not in errors
    summary = json.loads(rest.splitlines()[-1])["summary"]
    assert summary["cause"] == "paused"
    shown = lines(autoagent("show", first["run"], "--db", db, "--json"))
    assert [first, *map(json.loads, rest.splitlines())] == shown


def test_a_run_that_is_not_there_is_named(db: Path) -> None:
    refused(autoagent("show", "feed", "--db", db), "feed", "autoagent runs")


def test_doctor_tests_what_is_here(db: Path) -> None:
    checks = {check["what"]: check for check in lines(autoagent("doctor", "--json", "--db", db))}
    assert checks["wall wasm"]["status"] == "ok"
    assert checks["model smollm2"]["status"] == "ok"
    assert checks["journal"]["status"] == "ok"


def test_approval_can_refuse(db: Path) -> None:
    arguments = ["run", "Greet", "--approve", "--steps", "2", "--json", "--db", db]
    step, last = lines(autoagent(*arguments, typed="y\nn\n"))
    assert step["step"] == 1
    assert last["summary"]["detail"] == "not approved"
