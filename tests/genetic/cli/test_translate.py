"""`autoagent translate` through the real command line: real compilers, a real server."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.commands import autoagent, lines, refused
from tests.genetic.cli.conftest import Talker
from tests.waiting import soon

DIGITS = """const input = require("fs").readFileSync(0, "utf8");
for (const c of input) if (c >= "0" && c <= "9") console.log(c);
"""
PROGRAM = """#include <stdio.h>
{include}int main(void) {{
    int c;
    while ((c = getchar()) != EOF)
        if (isdigit(c)) printf("%c{newline}", c);
    return 0;
}}
"""
NO_INCLUDE = PROGRAM.format(include="", newline="")
NO_NEWLINE = PROGRAM.format(include="#include <ctype.h>\n", newline="")
RIGHT = PROGRAM.format(include="#include <ctype.h>\n", newline="\\n")
QUICK = ["--measure", "length", "--workers", "1", "--fuzz", "0"]

Talk = Callable[[Callable[[str], str]], Talker]


@pytest.fixture
def digits(tmp_path: Path) -> list[str]:
    """The arguments that name the spec's example: print each digit on its own line."""
    (tmp_path / "inputs").mkdir()
    for number, text in enumerate(("a1b2c3", "42", "no 1 but 7")):
        (tmp_path / "inputs" / str(number)).write_text(text)
    (tmp_path / "digits.js").write_text(DIGITS)
    return [str(tmp_path / "digits.js"), "--inputs", str(tmp_path / "inputs"), *QUICK]


def competent(query: str) -> str:
    """Forget the header, then the newline, and mend what is reported."""
    if "call to undeclared library function 'isdigit'" in query:
        code = NO_NEWLINE
    elif "must end with a newline" in query:
        code = RIGHT
    else:
        code = NO_INCLUDE
    return f"Here it is:\n```c\n{code}```\nI hope this helps."


def translated(*arguments: str | Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *rows, last = lines(autoagent("translate", *arguments, "--json"))
    return rows, last["summary"]


def test_the_digit_example_end_to_end(digits: list[str], talker: Talk, tmp_path: Path) -> None:
    """A missing header is healed, then a missing newline; each improvement is kept."""
    server, out = talker(competent), tmp_path / "digits.c"
    db = tmp_path / "j.db"
    rows, summary = translated(*digits, *server.options, "--out", out, "--db", db)
    assert summary["cause"] == "correct"
    assert summary["best"]["fitness"]["exact"] == 3
    assert summary["best"]["program"].strip() == out.read_text().strip() == RIGHT.strip()
    (row,) = rows
    assert (row["generation"], row["compile_errors"], row["unique"], row["passed"]) == (0, 0, 1, 3)
    first, errors, output = server.queries
    assert "Translate this JavaScript program to C." in first
    assert "program.c:5:13: error: call to undeclared library function 'isdigit'" in errors
    assert NO_NEWLINE.strip() in output
    assert summary["spent"]["tokens"] == 3 * 400

    # and what was learnt from it
    exported = autoagent("export", "last", "--db", db)
    *lessons, whole = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [lesson["worse"].strip() for lesson in lessons] == [
        NO_INCLUDE.strip(),
        NO_NEWLINE.strip(),
    ]
    assert [lesson["better"].strip() for lesson in lessons] == [NO_NEWLINE.strip(), RIGHT.strip()]
    assert lessons[0]["messages"][0]["content"] == errors
    assert "isdigit" in lessons[0]["feedback"]
    assert (whole["prompt"], whole["outcome"]["after"]["exact"]) == (first, 3)
    assert whole["frame"]["opening"] + whole["completion"] == f"```c\n{RIGHT}```"

    # Taken up again, it knows its best program, and where that is kept; where that has no place,
    # it says how to go on.
    again = ("--resume", "last", *server.options[2:], "--db", db)
    out.unlink()
    autoagent("translate", *again)
    assert out.read_text().strip() == RIGHT.strip()
    translated(*again, "--out", tmp_path / "again.c")
    assert (tmp_path / "again.c").read_text() == out.read_text()
    full = autoagent("translate", *again, "--out", "/dev/full")
    assert full.returncode == 1
    assert "/dev/full cannot be written: No space left on device" in full.stderr.decode()
    assert f"autoagent translate --resume {summary['run']} --base-url" in full.stderr.decode()
    assert "at most 197 questions" in full.stderr.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_a_mend_of_python_is_told_what_analyzers_find(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    right = "import sys\nfor c in sys.stdin.read():\n    if c.isdigit():\n        print(c)\n"
    wrong = (
        right.replace("print(c)", "print(c, end='')") + "def f(n: int) -> int:\n    return n.x\n"
    )

    def answer(query: str) -> str:
        return f"```python\n{right if 'has no attribute' in query else wrong}```"

    server, db = talker(answer), tmp_path / "j.db"
    options = [*digits, *server.options, "--to", "python", "--warnings", "--db", db]
    _, summary = translated(*options)
    assert summary["best"]["program"].strip() == right.strip()
    assert 'mypy and ruff warn:\nline 6: "int" has no attribute "x"' in server.queries[1]
    assert len(events(db, "analysis")) >= 2


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_machine_code_is_mended_by_what_in_it_is_undefined(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    wrong = NO_NEWLINE.replace("int c;", "int c, most = 2147483647;").replace(
        "printf", "most += c, printf"
    )

    def answer(query: str) -> str:
        return f"```c\n{RIGHT if 'signed integer overflow' in query else wrong}```"

    server, db = talker(answer), tmp_path / "j.db"
    _, summary = translated(*digits, *server.options, "--abi", "native", "--db", db)
    assert summary["best"]["program"].strip() == RIGHT.strip()
    assert summary["best"]["fitness"]["fuel"] > 0  # as it is counted behind WebAssembly
    first, mend = server.queries
    assert "compiled for 64-bit Linux" in first
    assert "this is found:\nprogram.c:6:30: runtime error: signed integer overflow" in mend
    (plan,) = events(db, "run")
    assert plan["target"] == "c-native"


def test_a_search_of_a_stranger_runs_no_machine_code(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    server, db = talker(competent), tmp_path / "j.db"
    translated(*digits, *server.options, "--calls", "1", "--db", db)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(
            "UPDATE events SET data = json_set(data, '$.target', 'c-native', '$.models', "
            "json('[\"smollm2\"]')) WHERE kind = 'run'"
        )
    resumed = autoagent("translate", "--resume", "last", "--db", db)
    refused(resumed, "not known as your own", "machine code", "autoagent trust")


def test_a_counterexample_is_found_told_and_mended(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    """The open inputs have none of the digits 5, 6, 8 and 9."""
    narrow = RIGHT.replace("isdigit(c)", "c >= '1' && c <= '7' && c != '5' && c != '6'")

    def answer(query: str) -> str:
        return f"```c\n{RIGHT if 'is wrong. Mend it' in query else narrow}```"

    server, db = talker(answer), tmp_path / "j.db"
    _, summary = translated(*digits, *server.options, "--fuzz", "60", "--db", db)
    assert (summary["cause"], summary["best"]["fitness"]["exact"]) == ("correct", 4)
    assert summary["best"]["program"].strip() == RIGHT.strip()
    assert "It passes 3 of 4 tests." in server.queries[1]
    assert "For the input" in server.queries[1]
    (plan,) = events(db, "run")
    assert 0 < len(plan["further"]) <= 60
    _, again = translated("--resume", "last", "--workers", "1", "--db", db, *server.options[2:])
    assert again["best"] == summary["best"]
    assert len(server.queries) == 2


def test_the_program_goes_where_a_link_leads_and_into_what_is_no_file(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    """Before, a link and even a device were replaced by a file."""
    target, link = tmp_path / "target.c", tmp_path / "link.c"
    target.write_text("old")
    link.symlink_to(target)
    translated(
        *digits, *talker(competent).options, "--out", link, "--force", "--db", tmp_path / "j.db"
    )
    assert link.is_symlink()
    assert target.read_text().strip() == RIGHT.strip()
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    translated(*digits, *talker(competent).options, "--out", device, "--db", tmp_path / "j.db")
    assert Path("/dev/null").is_char_device()


@pytest.mark.slow
def test_what_no_run_has_written_is_not_overwritten(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    out, db, server = tmp_path / "mine.c", tmp_path / "j.db", talker(competent)
    out.write_text("by hand")
    arguments = (*digits, *server.options, "--out", out, "--db", db)
    refused(autoagent("translate", *arguments), "mine.c", "--force")
    assert (out.read_text(), server.queries) == ("by hand", [])
    translated(*arguments, "--force")
    translated(*arguments)  # what a run has written, another may overwrite
    out.write_text(out.read_text() + "// and more")
    refused(autoagent("translate", *arguments), "--force")
    other = ("--db", tmp_path / "other.db")
    out.write_text(RIGHT)
    refused(autoagent("translate", *arguments[:-2], *other), "no run of yours in this journal")


def test_the_price_is_said_first_and_bounded(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    server = talker(lambda query: f"```c\n{NO_INCLUDE}```")
    done = autoagent(
        "translate", *digits, *server.options, "--max-tokens", "100", "--price-out", "2",
        "--calls", "5", "--db", tmp_path / "j.db", "--healing", "1", "--workers", "3",
        "--tokens", "9000",
    )  # fmt: skip
    told = done.stderr.decode()
    assert "healing has no effect" in told
    assert "--workers 3: births are decided on 1 at a time" in told
    assert "at most 5 questions, 9,000 tokens, cost 0.001" in told
    assert told.index("at most 5") < told.index("generation")
    assert len(server.queries) == 5
    assert "\n5 questions" in told
    assert "migrations" not in told  # there was none


@pytest.mark.slow
def test_a_budget_of_seconds_is_no_fault_of_the_server(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    def slow(query: str) -> str:
        time.sleep(1.5)
        return f"```c\n{NO_NEWLINE}```"

    server = talker(slow)
    _, summary = translated(*digits, *server.options, "--seconds", "2", "--db", tmp_path / "j.db")
    assert (summary["cause"], summary["limit"]) == ("budget", "seconds")


def test_people_see_a_table_and_get_the_program(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    server = talker(competent)
    done = autoagent("translate", *digits, *server.options, "--db", tmp_path / "j.db")
    assert done.returncode == 0
    assert done.stdout.decode().strip() == RIGHT.strip()
    told = done.stderr.decode()
    for heading in ("generation", "compile errors", "unique outputs", "tests", "fuel"):
        assert heading in told
    assert "3.000 / 3" in told
    assert "correct: every test passes" in told
    assert (
        "translation" not in autoagent("runs", "--db", tmp_path / "j.db", "--json").stderr.decode()
    )


def test_an_input_that_leads_out_of_its_folder_is_shown_to_nobody(
    digits: list[str], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("my key")
    (tmp_path / "inputs" / "innocent").symlink_to(tmp_path / "secret")
    done = autoagent("translate", *digits, "--db", tmp_path / "j.db")
    assert done.returncode == 2
    assert b"is a link that leads out of its folder" in done.stderr
    (tmp_path / "inputs" / "innocent").unlink()
    (tmp_path / "inputs" / "innocent").symlink_to(tmp_path / "inputs" / "0")
    few = ["--llm", "human", "--db", tmp_path / "j.db"]
    done = autoagent("translate", *digits, *few, typed=f"```c\n{RIGHT}```\n.\n")
    assert done.returncode == 0, done.stderr.decode()


def test_blind_prompts_quote_neither_inputs_nor_outputs(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    server = talker(competent)
    *_, summary = translated(*digits, *server.options, "--blind", "--db", tmp_path / "j.db")
    assert summary["cause"] == "correct"
    for text in ("a1b2c3", "no 1 but 7", "1\n2\n3"):
        assert not any(text in query for query in server.queries)


@pytest.mark.slow
def test_prose_and_nothing_are_fair_low_scores(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    for answer in ("I am sorry, I cannot do that.", "```c\n```", "`" * 1000, " "):
        server = talker(lambda query, answer=answer: answer)
        few = ["--population", "2", "--generations", "1", "--healing", "1"]
        _, summary = translated(*digits, *server.options, *few, "--db", tmp_path / "j.db")
        assert summary["cause"] == "generations"
        assert summary["best"]["fitness"]["compile_errors"] > 0


def test_a_person_may_answer(digits: list[str], tmp_path: Path) -> None:
    typed = f"```c\n{RIGHT}```\n.\n"
    done = autoagent("translate", *digits, "--llm", "human", "--db", tmp_path / "j.db", typed=typed)
    assert done.returncode == 0, done.stderr.decode()
    assert RIGHT.strip() in done.stdout.decode()


def test_calls_and_tokens_are_bounds(digits: list[str], talker: Talk, tmp_path: Path) -> None:
    server = talker(lambda query: f"```c\n{NO_INCLUDE}```")
    _, summary = translated(*digits, *server.options, "--calls", "10", "--db", tmp_path / "j.db")
    assert summary["cause"] == "calls"
    assert len(server.queries) == 10
    _, summary = translated(*digits, *server.options, "--tokens", "1000", "--db", tmp_path / "j.db")
    assert (summary["cause"], summary["limit"]) == ("budget", "tokens")


def events(db: Path, kind: str) -> list[dict[str, Any]]:
    try:
        with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as journal:
            rows = journal.execute(
                "SELECT data FROM events WHERE kind = ? ORDER BY number", (kind,)
            )
            return [json.loads(data) for (data,) in rows]
    except sqlite3.Error:
        return []


def begun(*arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "autoagent", "translate", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ),
    )


def wait_for(condition: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    assert soon(lambda: condition() or process.poll() is not None, 240)
    assert process.poll() is None, process.communicate()


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGKILL, marks=pytest.mark.slow), signal.SIGINT]
)
def test_a_stopped_run_goes_on_and_asks_nothing_twice(
    digits: list[str], talker: Talk, tmp_path: Path, number: signal.Signals
) -> None:
    def deterministic(query: str) -> str:
        return f"```c\n{NO_NEWLINE}// {sum(query.encode()) % 1000}\n```"

    stopped = threading.Event()

    def until_stopped(query: str) -> str:
        """Answer some questions, and the others when the run is being stopped."""
        if len(cut.queries) > 14:
            stopped.wait(240)
        return deterministic(query)

    options = ["--strategy", "genetic", "--population", "4", "--generations", "4", "--seed", "3"]
    whole = talker(deterministic)
    rows, summary = translated(*digits, *options, *whole.options, "--db", tmp_path / "whole.db")

    db, cut, out = tmp_path / "cut.db", talker(until_stopped), tmp_path / "best.c"
    process = begun(*digits, *options, *cut.options, "--db", db, "--out", out)
    wait_for(lambda: len(events(db, "call")) >= 12, process)
    process.send_signal(number)
    stopped.set()
    process.communicate(timeout=240)
    assert process.returncode == (0 if number == signal.SIGINT else -signal.SIGKILL)
    assert "getchar" in out.read_text()  # the best so far is kept
    before = len(events(db, "call"))
    assert before < len(whole.queries)

    again = talker(deterministic)
    resumed_rows, resumed = translated(
        "--resume", "last", *again.options[2:], *QUICK[2:4], "--db", db
    )
    timeless = ("seconds", "tokens", "judged")
    strip = lambda row: {k: v for k, v in row.items() if k not in timeless}  # noqa: E731
    assert list(map(strip, resumed_rows)) == list(map(strip, rows))
    assert resumed["best"] == summary["best"]
    assert len(again.queries) == len(whole.queries) - before
    keys = [data["key"] for data in events(db, "call")]
    assert len(keys) == len(set(keys)) == len(whole.queries)
    assert [data["number"] for data in events(db, "generation")] == [0, 1, 2, 3]


def test_a_second_interruption_waits_for_no_server(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    over = threading.Event()

    def silent(query: str) -> str:
        over.wait()
        return ""

    server = talker(silent)
    options = [*server.options, "--timeout", "3600", "--fuzz", "0", "--workers", "2"]
    process = begun(*digits, *options, "--batch", "2", "--db", tmp_path / "journal.db")
    try:
        wait_for(lambda: len(server.queries) == 2, process)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while b"Ctrl-C again kills" not in (told := process.stderr.readline()):
            assert told
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=240)
    finally:
        process.kill()
        over.set()
    assert process.returncode == 130, told
    assert b"Traceback" not in told
    assert [data["cause"] for data in events(tmp_path / "journal.db", "end")] == ["paused"]


def test_equal_seeds_give_equal_programs_whatever_the_workers(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    def answer(query: str) -> str:
        return f"```c\n{NO_NEWLINE}// {sum(query.encode()) % 1000}\n```"

    few = ["--population", "4", "--generations", "3", "--healing", "1"]
    programs = []
    for workers, executor in (("1", "local"), ("4", "process")):
        server = talker(answer)
        _, summary = translated(
            *digits[:-1], workers, "--executor", executor, *few, *server.options,
            "--db", tmp_path / "j.db",
        )  # fmt: skip
        programs.append((summary["best"], sorted(server.queries)))
    assert programs[0] == programs[1]


def test_an_unreachable_server_suspends_with_exit_3(digits: list[str], tmp_path: Path) -> None:
    options = ["--llm", "openai:m", "--base-url", "http://127.0.0.1:9/v1", "--api-key", "none"]
    done = autoagent("translate", *digits, *options, "--db", tmp_path / "j.db")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr.decode()
    assert "--resume" in done.stderr.decode()


def test_bad_input_is_named(digits: list[str], tmp_path: Path) -> None:
    db = ["--db", tmp_path / "j.db"]
    source, *rest = digits
    for wrong, words in {
        (*rest,): ["SOURCE"],
        (source,): ["--inputs"],
        (*digits, "--to", "rust"): ["rust", "c, c-native, python"],
        (*digits, "--abi", "x86"): ["--abi x86", "wasm32, native"],
        (*digits, "--to", "python", "--abi", "native"): ["python has no machine code", "are c"],
        (*digits, "--population", "0"): ["population", "0"],
        (*digits, "--set", "elitism"): ["name=value"],
        (*digits, "--set", "wings=2"): ["wings", "elitism"],
        (*digits, "--set", "elitism=high"): ["elitism=high"],
        (*digits, "--executor", "cloud"): ["cloud", "local, process, ray"],
        (*digits, "--executor", "ray", "--ray-address", "127.0.0.1:9"): ["127.0.0.1:9"],
        (*digits, "--measure", "taste"): ["taste", "length"],
        (*digits, "--llm", "gpt"): ["gpt", "smollm2"],
        (*digits, "--out", str(tmp_path / "no" / "x.c")): ["--out"],
        (*digits, "--workers", "0"): ["workers"],
        (*digits, "--strategy", "luck"): ["luck", "adaptive, genetic, rex, mending, best-of-n"],
        (*digits, "--preset", "mine"): ["mine", "published"],
        (*digits, "--calls", "0"): ["calls", "0"],
        (*digits, "--set", "population=2.5"): ["population", "whole number"],
        (*digits, "--set", "blind='yes'"): ["blind", "true or false"],
        (*digits, "--population", "1000000000"): ["population", "10000"],
        (*digits, "--out", source): ["source itself"],
        (*digits, "--out", str(tmp_path / ("x" * 252))): ["shorter"],
        ("--resume", "last", source): ["--resume", "SOURCE"],
        ("--resume", "last", "--population", "3"): ["--resume", "--population"],
        ("--resume", "last", "--abi", "native"): ["--resume", "--abi"],
        ("--resume", "12345678"): ["12345678"],
    }.items():
        refused(autoagent("translate", *wrong, *db), *words)


def test_what_is_wrong_is_told_before_inputs_are_made(digits: list[str], tmp_path: Path) -> None:
    db = ("--db", tmp_path / "journal.db")
    for wrong in (["--out", tmp_path / "no" / "x.c"], ["--measure", "taste"], ["--prompts", "no"]):
        done = autoagent("translate", *digits, *wrong, "--llm", "human", *db)
        refused(done)
        assert "further inputs" not in done.stderr.decode()


def test_another_kind_of_run_is_no_translation(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    db, server = tmp_path / "j.db", talker(competent)
    translated(*digits, *server.options, "--db", db)
    (row,) = lines(autoagent("runs", "--db", db, "--json"))
    assert row["prompt"] == "translate digits.js to c"
    assert row["cause"] == "correct"
    refused(autoagent("resume", "last", "--db", db), "translate --resume", "give --base-url")
    shown = autoagent("show", "last", "--db", db)
    assert shown.returncode == 0
    assert "3 of 3 tests match" in shown.stdout.decode()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [(("--llm", "gguf:/no/file"), "/no/file"), (("-o", "/no/dir/a.c"), "/no/dir")],
)
def test_what_is_wrong_is_said_before_further_inputs_are_made(
    digits: list[str], wrong: tuple[str, str], word: str, tmp_path: Path
) -> None:
    done = autoagent("translate", *digits, *wrong, "--db", tmp_path / "j.db", "--fuzz", "30")
    refused(done, word)
    assert "making up to" not in done.stderr.decode()


def test_a_translation_that_is_wrong_is_compared_by_a_command_that_works(
    digits: list[str], talker: Talk, tmp_path: Path
) -> None:
    server = talker(lambda query: f"```c\n{NO_NEWLINE}```")
    arguments = (*digits, *server.options, "--db", tmp_path / "j.db", "-o", tmp_path / "a.c")
    done = autoagent("translate", *arguments, "--calls", "1")
    last = done.stderr.decode().splitlines()[-1]
    assert last.startswith("next: `autoagent score ")
    command = shlex.split(last.split("`")[1])[1:]
    assert b"differs" in autoagent(*command).stdout
