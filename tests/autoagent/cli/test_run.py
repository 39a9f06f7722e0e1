"""`autoagent run` and its relatives through the real command line."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from autoagent import __version__
from autoagent.cli import main
from autoagent.journal import Journal
from autoagent.llm import known_models
from tests.commands import autoagent, lines, refused

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
    arguments = ["run", "--llm", "smollm2", "--steps", "1", "--max-tokens", "9", "--json"]
    arguments += ["--db", db]
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
            *("--steps", "1", "--max-tokens", "9", "--json", "--db", db),
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
        (["--cost", "1", "--llm", "openai:x"], ["--price-in"]),
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


def test_what_is_more_than_a_command_takes_is_told_of_what_may_be_meant() -> None:
    told = autoagent("run", "hello", "world", env={"COLUMNS": "200"})
    assert told.returncode == 2
    assert b"(world); put the prompt in quotes" in told.stderr
    told = autoagent("coder", "complete", "mean.py", env={"COLUMNS": "200"})
    assert b"(mean.py); name the file by --file" in told.stderr
    told = autoagent("exec", "a.py", "b.py", env={"COLUMNS": "200"})
    assert b"(b.py) " in told.stderr


def test_the_help_knows_the_models_that_the_program_knows() -> None:
    told = " ".join(autoagent("run", "--help", env={"COLUMNS": "300"}).stdout.decode().split())
    assert ", ".join(known_models()) in told


@pytest.mark.parametrize("typed", [b"", b"  \n", b"\xff\xfe"])
def test_a_prompt_of_nothing_or_noise_is_refused(db: Path, typed: bytes) -> None:
    refused(autoagent("run", "--db", db, typed=typed), "prompt")


def without_input(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "autoagent", *arguments]
    return subprocess.run(command, capture_output=True, timeout=120, check=False)


def test_a_closed_input_is_no_prompt(db: Path) -> None:
    refused(without_input("run", "--db", db), "no prompt")


def test_a_closed_input_is_no_person(db: Path) -> None:
    done = without_input("run", "Greet", "--llm", "human", "--db", db)
    assert done.returncode == 3, done.stderr.decode()
    assert b"input ended" in done.stdout
    assert b"Traceback" not in done.stderr


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


@pytest.mark.slow
def test_a_locked_journal_is_refused_but_listed(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Journal(db).close()
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    refused(autoagent("run", "Greet", "--db", db), "locked")
    lines(autoagent("runs", "--db", db))
    holder.close()


def test_a_damaged_journal_is_told(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({"prompt": "p" * 100_000, "llm": "human"})
    journal.close()
    with db.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (db.stat().st_size - 4096))
    refused(autoagent("runs", "--db", db), "damaged", ".recover")
    refused(autoagent("show", run, "--db", db), "damaged")


def test_reading_makes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "typo" / "journal.db"
    refused(autoagent("runs", "--db", file), "no journal at", str(file))
    refused(autoagent("show", "last", "--db", file), "no journal at", str(file))
    assert not file.parent.exists()


def test_before_the_first_run_there_is_nothing_to_list(tmp_path: Path) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = autoagent("runs", env=home)
    assert done.returncode == 0
    assert b"no runs yet" in done.stderr
    assert lines(autoagent("runs", "--json", env=home)) == []
    refused(autoagent("show", "last", env=home), "no journal")


HUGE = "9" * 23


@pytest.mark.parametrize(
    "bound",
    [
        *(["--seed", HUGE], ["--max-tokens", HUGE], ["--steps", HUGE], ["--skill-calls", HUGE]),
        *(["--seconds", "1e300"], ["--temperature", "1e300"]),
    ],
)
def test_what_no_journal_can_hold_begins_no_run(db: Path, bound: list[str]) -> None:
    refused(autoagent("run", "Hi", "--llm", "human", *bound, "--db", db), "2^63")
    assert not db.exists() or not lines(autoagent("runs", "--db", db, "--json"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no such device")
def test_a_full_output_is_named_with_what_goes_on(db: Path) -> None:
    command = [sys.executable, "-m", "autoagent", "run", "Hi", "--llm", "human", "--db", str(db)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*command, "--json"],
            input=b"x = 1\n.\n",
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    refused(done, "standard output cannot be written", "room", "autoagent resume ")
    (row,) = lines(autoagent("runs", "--db", db, "--json"))
    assert row["run"].encode() in done.stderr
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*command[:3], "--version"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    refused(done, "standard output cannot be written")


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31T23:59:59"])
def test_a_day_that_no_clock_knows_is_no_traceback(db: Path, since: str) -> None:
    Journal(db).close()
    done = autoagent("runs", "--since", since, "--db", db, env={"TZ": "America/New_York"})
    assert b"Traceback" not in done.stderr
    assert (done.returncode == 0) or b"--since" in done.stderr
    lines(autoagent("runs", "--limit", "9" * 20, "--db", db, "--json"))


def test_runs_are_listed_newest_first_and_chosen(db: Path) -> None:
    with closing(Journal(db)) as journal:
        for number in range(3):
            kind = {"activity": "translation"} if number == 1 else {}
            journal.begin({"prompt": str(number), "llm": f"gguf:{number}", **kind})

    def prompts(*chosen: str) -> list[str]:
        return [row["prompt"] for row in lines(autoagent("runs", "--db", db, "--json", *chosen))]

    assert prompts() == ["2", "1", "0"]
    assert prompts("--limit", "2") == ["2", "1"]
    assert prompts("--kind", "translation") == prompts("--model", "f:1") == ["1"]
    assert prompts("--kind", "agent", "--limit", "1") == ["2"]
    assert prompts("--since", "2026-01-01") == ["2", "1", "0"]
    assert prompts("--since", "2999-01-01T12:00:00") == []
    assert b"no such runs" in autoagent("runs", "--db", db, "--model", "x").stderr
    refused(autoagent("runs", "--db", db, "--kind", "opera"), "opera", "translation")


def test_a_run_that_a_process_has_is_told_from_one_that_is_unfinished(db: Path) -> None:
    with closing(Journal(db)) as journal:
        for prompt in ("left", "going on"):
            journal.begin({"prompt": prompt, "llm": "human"})
            journal.release(journal.find("last"))
        journal.claim(journal.find("last"))
        going, left = lines(autoagent("runs", "--db", db, "--json"))
        shown = autoagent("runs", "--db", db, env={"COLUMNS": "120"}).stdout.decode()
    assert (going["lives"], left["lives"]) == (True, False)
    assert [word in shown for word in ("lives", "unfinished")] == [True, True]


def test_the_version_is_told() -> None:
    assert autoagent("--version").stdout.decode().strip() == version("autoagent-runtime")
    assert __version__ == version("autoagent-runtime")


def test_listing_obeys_nothing_in_a_prompt(db: Path) -> None:
    journal = Journal(db)
    journal.begin({"prompt": "[/x] \x1b[2J \ud800", "llm": "gguf:[/y]"})
    journal.close()
    done = autoagent("runs", "--db", db, env={"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr.decode()
    assert rb"[/x] \x1b[2J \ud800" in done.stdout
    assert b"gguf:[/y]" in done.stdout


def test_an_unwritable_journal_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    refused(autoagent("runs", "--db", file / "journal.db"), "journal")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_signal_suspends_cleanly(db: Path, number: signal.Signals, code: int) -> None:
    arguments = ["run", "Count", "--steps", "500", "--max-tokens", "48", "--json", "--db", db]
    running = subprocess.Popen(
        [sys.executable, "-m", "autoagent", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    first = json.loads(running.stdout.readline())
    time.sleep(0.2)
    running.send_signal(number)
    rest, errors = running.communicate(timeout=240)
    assert running.returncode == code, errors.decode()
    assert b"Traceback" not in errors
    summary = json.loads(rest.splitlines()[-1])["summary"]
    assert summary["cause"] == "paused"
    shown = lines(autoagent("show", first["run"], "--db", db, "--json"))
    assert [first, *map(json.loads, rest.splitlines())] == shown


def test_ctrl_c_while_starting_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autoagent.cli.app.app", interrupted)
    with pytest.raises(SystemExit) as exit:
        main()
    assert exit.value.code == 130


def test_a_run_that_is_not_there_is_named(db: Path) -> None:
    Journal(db).begin({})
    refused(autoagent("show", "feed", "--db", db), "feed", "autoagent runs")


def test_doctor_tests_what_is_here(db: Path) -> None:
    checks = {check["what"]: check for check in lines(autoagent("doctor", "--json", "--db", db))}
    assert checks["wall wasm"]["status"] == "ok"
    assert checks["programs to c"]["status"] == checks["programs from javascript"]["status"] == "ok"
    assert checks["model smollm2"]["status"] == "ok"
    assert checks["journal"]["status"] == "ok"


def test_approval_can_refuse(db: Path) -> None:
    arguments = ["run", "Greet", "--approve", "--steps", "2", "--max-tokens", "9", "--json"]
    arguments += ["--db", db]
    step, last = lines(autoagent(*arguments, typed="y\nn\n"))
    assert step["step"] == 1
    assert last["summary"]["detail"] == "not approved"
