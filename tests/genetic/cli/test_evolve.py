"""The command `evolve`: a real evaluator behind its wall, a server that answers as it is told."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.journal import Journal
from genetic.cli.evolve_display import EvolveDisplay
from genetic.evolve.plan import Plan
from genetic.evolve.run import EvolveRun
from tests.commands import autoagent, lines, refused
from tests.genetic.evolve.world import run_of

PROGRAM = "# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n"
EVALUATOR = """
def evaluate(path):
    names = {}
    exec(open(path).read(), names)
    return -abs(10 - names["x"]), {"x": names["x"]}
"""


def one_more(query: str) -> str:
    """Answer with a program whose number is one more than that of the one to be improved."""
    number = int(re.findall(r"x = (\d+)", query)[-1])
    return f"One more.\n```python\nx = {number + 1}\n```"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    program, evaluator = tmp_path / "program.py", tmp_path / "evaluator.py"
    program.write_text(PROGRAM)
    evaluator.write_text(EVALUATOR)
    return [program, evaluator]


def records(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in ("best.py", "lineage.jsonl", "scores.jsonl")]


def test_killed_and_taken_up_it_writes_what_it_would_have_written(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    def waiting(query: str) -> str:
        if "x = 3" in query:
            time.sleep(600)
        return one_more(query)

    server, db = talker(one_more), tmp_path / "journal.db"
    options = ["--calls", "4", "--batch", "1", "--db", db, "--json"]
    (tmp_path / "all").mkdir()
    (tmp_path / "victim").write_text("untouched")
    for name in ("best.py", "lineage.jsonl", "scores.jsonl", "scores.png"):
        (tmp_path / "all" / name).symlink_to(tmp_path / "victim")
    forced = ["--out", tmp_path / "all", "--force"]
    told = lines(autoagent("evolve", *files, *server.options, *options, *forced))
    assert told[-1]["summary"]["cause"] == "calls"
    assert (tmp_path / "victim").read_text() == "untouched"
    best, lineage, _ = records(tmp_path / "all")
    assert best == PROGRAM.replace("x = 1", "x = 5")
    assert [json.loads(line)["score"] for line in lineage.splitlines()] == [-9, -8, -7, -6, -5]
    waits = talker(waiting)
    command = [sys.executable, "-m", "autoagent", "evolve", *files, *waits.options, *options]
    process = subprocess.Popen(
        [*map(os.fspath, command)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"-7.0" in line:  # x = 3: the next question is not answered
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    (run,) = [
        each["run"] for each in lines(autoagent("runs", "--db", db, "--limit", "1", "--json"))
    ]
    again = talker(one_more)
    resumed = ["--resume", run, "--db", db, "--json", "--out", tmp_path / "again"]
    lines(autoagent("evolve", *resumed, *again.options[2:]))
    assert records(tmp_path / "again") == records(tmp_path / "all")
    assert len(again.queries) == 2
    shown = lines(autoagent("show", run, "--db", db, "--json"))
    assert shown[-1]["summary"]["best"]["fitness"] == {"score": -5, "problem": ""}
    exported = lines(autoagent("export", run, "--db", db))
    assert len(exported) == 4


def test_resume_goes_on_with_a_search_as_its_own_command_does(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    server, out, kept = talker(one_more), tmp_path / "out", ["--db", tmp_path / "journal.db"]
    begun = ["--calls", "3", "--batch", "1", "--out", out, "--tokens", "1", *kept, "--json"]
    first = lines(autoagent("evolve", *files, *server.options, *begun))
    assert first[-1]["summary"]["cause"] == "budget"
    refused(autoagent("resume", "last", "--steps", "3", *kept), "--steps concerns lives alone")
    again = autoagent("resume", "last", *server.options[2:], "--json", *kept)
    assert f"`autoagent evolve --resume {first[-1]['summary']['run']} --db" in again.stderr.decode()
    assert lines(again)[-1]["summary"]["cause"] == "calls"
    assert records(out)[0] == PROGRAM.replace("x = 1", "x = 4")
    bounded = autoagent("resume", "last", *server.options[2:], "--tokens", "0", *kept)
    refused(bounded, "budget: tokens must be more than 0")


def test_a_run_that_goes_on_remembers_its_folder_and_refuses_what_it_would_ignore(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    server, out, kept = talker(one_more), tmp_path / "out", ["--db", tmp_path / "journal.db"]
    begun = ["--calls", "1", "--json", "--out", out, *kept]
    lines(autoagent("evolve", *files, *server.options, *begun))
    written = records(out)
    shutil.rmtree(out)
    resume = ["evolve", "--resume", "last", *server.options[2:], *kept]
    for options in (["--batch", "9"], ["--diff"], ["--seed", "1"]):
        refused(autoagent(*resume, *options), f"{options[0]} out")
    assert str(out).encode() in autoagent(*resume).stderr
    assert records(out) == written
    refused(autoagent(*resume, "--calls", "0"), "calls must be from 1 to 1000000000, got 0")
    assert b"--calls N" in autoagent(*resume, "--calls", "3").stderr
    assert len(server.queries) == 3
    refused(autoagent(*resume, "--calls", "2"), "has asked 3 questions already", "give 3 or more")
    autoagent(*resume)
    assert len(server.queries) == 3
    assert json.loads(records(out)[1].splitlines()[-1])["calls"] == 3
    lines(autoagent("rollback", "last", "--to", "1", "--json", *kept))
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        forked = journal.find("last")
        assert Plan.read(journal, forked).out == ""


def test_what_another_run_has_left_is_not_overwritten(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    program, evaluator = files
    server, out, kept = talker(one_more), tmp_path / "out", ["--db", tmp_path / "journal.db"]
    one = ["--calls", "1", "--batch", "1", *server.options, *kept]
    lines(autoagent("evolve", *files, *one, "--out", out, "--json"))
    written = records(out)
    words = (
        "holds best.py, which this run has not written",
        "overwrite what is there with --force",
    )
    refused(autoagent("evolve", *files, *one, "--out", out), *words)
    refused(autoagent("evolve", out / "best.py", evaluator, *one, "--out", out), "which is given")
    program = program.rename(tmp_path / "scores.png")
    own = ["evolve", program, evaluator, *one, "--out", tmp_path, "--force"]
    refused(autoagent(*own), "would overwrite", "which is given; name another folder")
    assert (records(out), len(server.queries)) == (written, 1)
    on = ["evolve", "--resume", "last", *server.options[2:], *kept]
    lines(autoagent(*on, "--calls", "2", "--json"))
    assert records(out)[0] == PROGRAM.replace("x = 1", "x = 3")
    (out / "best.py").write_text("# of somebody else")
    refused(autoagent(*on), *words)
    lines(autoagent(*on, "--force", "--json"))
    assert records(out)[0] == PROGRAM.replace("x = 1", "x = 3")
    other = tmp_path / "other"
    lines(autoagent(*on, "--out", other, "--json"))
    lines(autoagent(*on, "--out", other, "--json"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import numpy", ("No module named 'numpy'", "`--packages NAME`")),
        ("open('data.csv')", ("No such file or directory: 'data.csv'", "no files of yours")),
        ("1 / 0", ("ZeroDivisionError", "in evaluate", "mend the evaluator or the program")),
    ],
)
def test_where_the_program_has_no_score_nothing_is_asked(
    tmp_path: Path, files: list[Path], talker: Callable, source: str, words: tuple[str, ...]
) -> None:
    server, out, kept = talker(one_more), tmp_path / "out", ["--db", tmp_path / "journal.db"]
    files[1].write_text(f"def evaluate(path):\n    {source}\n")
    asked = [*server.options, *kept, "--calls", "2"]
    done = autoagent("evolve", *files, *asked, "--out", out)
    refused(done, "the program itself has no score", *words)
    assert (server.queries, [*out.iterdir()]) == ([], [])
    hint = re.search(r"`autoagent (evolve --resume \w+ --anyway.*)`", done.stderr.decode())
    assert hint is not None
    lines(autoagent(*shlex.split(hint[1]), *server.options[2:], "--json"))
    assert len(server.queries) == 2
    lines(autoagent("evolve", "--resume", "last", *server.options[2:], *kept, "--json"))


def test_what_an_evaluator_says_moves_no_terminal(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    server = talker(one_more)
    files[1].write_text(
        "\ufeff"  # as some editors save a file
        "def evaluate(path):\n    return {'score': 1, 'error': '\\x1b]0;taken\\x07'}\n"
    )
    asked = ["--db", tmp_path / "journal.db", "--calls", "1"]
    done = autoagent("evolve", *files, *server.options, *asked)
    assert done.returncode == 0, done.stderr
    assert b"]0;taken" in done.stderr
    assert b"\x1b" not in done.stderr


def test_what_lies_beside_an_evaluator_is_kept_with_the_run(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    server, db = talker(one_more), tmp_path / "journal.db"
    target, helper = tmp_path / "target.txt", tmp_path / "reading.py"
    target.write_text("3")
    helper.write_text("def read(path):\n    return int(path.read_text())\n")
    files[1].write_text(
        "from pathlib import Path\nfrom reading import read\n"
        "def evaluate(path):\n    names = {}\n    exec(open(path).read(), names)\n"
        "    return -abs(read(Path(__file__).parent / 'target.txt') - names['x'])\n"
    )
    kept = ["--db", db, "--json"]
    options = [*server.options, *kept, "--batch", "1"]
    refused(
        autoagent("evolve", *files, *options, "--calls", "1"),
        "--packages NAME", "--beside reading.py",
    )  # fmt: skip
    beside = ["--beside", target, "--beside", helper]
    told = lines(autoagent("evolve", *files, *options, *beside, "--calls", "1"))
    assert told[-1]["summary"]["best"]["fitness"]["score"] == -1
    target.unlink()
    helper.unlink()
    again = autoagent("evolve", "--resume", "last", *server.options[2:], *kept, "--calls", "2")
    assert lines(again)[-1]["summary"]["best"]["fitness"]["score"] == 0
    refused(autoagent("evolve", *files, *options, *beside), "--beside", "target.txt is no file")
    kept_well = tmp_path / "best.py"
    kept_well.write_text("x = 3")
    over = ["--beside", kept_well, "--out", tmp_path, "--force"]
    refused(autoagent("evolve", *files, *options, *over), "would overwrite", "best.py")
    assert kept_well.read_text() == "x = 3"
    refused(
        autoagent("evolve", "--resume", "last", "--db", db, "--beside", files[0]),
        "leave --beside out",
    )


def test_a_run_that_goes_on_and_stops_at_once_keeps_all_lines(
    tmp_path: Path, files: list[Path], talker: Callable
) -> None:
    server, out, db = talker(one_more), tmp_path / "out", tmp_path / "journal.db"
    options = ["--db", db, "--batch", "4", "--calls", "6", "--out", out]
    lines(autoagent("evolve", *files, *server.options, *options, "--json"))
    before = records(out)
    nobody = ["--base-url", "http://127.0.0.1:1/v1", "--api-key", "none"]
    done = autoagent("evolve", "--resume", "last", *nobody, "--db", db, "--calls", "9")
    assert done.returncode == 3, done.stderr.decode()
    assert records(out) == before


def test_what_is_odd_about_the_programs_own_score_is_told_before_anything_is_asked(
    files: list[Path], talker: Callable, tmp_path: Path
) -> None:
    server = talker(one_more)
    files[1].write_text(
        "def evaluate(path):\n    try:\n        import nothing_such\n"
        "    except Exception as error:\n"
        "        return {'speed': 1.0, 'length': 2.0, 'error_message': str(error)}\n"
    )
    options = [*server.options, "--db", tmp_path / "journal.db", "--calls", "1"]
    told = " ".join(autoagent("evolve", *files, *options).stderr.decode().split())
    assert "no combined_score or score: the mean of its 2 numbers" in told
    assert "(speed, length)" in told
    assert "the score 1.5, but the evaluator says of it: error_message: No module named" in told
    assert "`--beside nothing_such.py`" in told


def test_bad_input_is_named(tmp_path: Path, files: list[Path]) -> None:
    program = files[0]
    refused(autoagent("evolve", program), "give a PROGRAM and an EVALUATOR")
    refused(autoagent("evolve", program, tmp_path / "none.py"), "none.py cannot be read", "give a")
    refused(autoagent("evolve", *files, "--calls", "0"), "calls must be from 1")
    refused(autoagent("evolve", *files, "--packages", "nothing-such"), "nothing-such", "installed")
    refused(autoagent("evolve", *files, "--packages", "numpy,"), "'numpy,'", "without a name")
    refused(autoagent("evolve", *files, "--executor", "magic"), "magic", "local, process, ray")
    refused(autoagent("evolve", *files, "--ray-address", "there:1"), "'local' has no address")
    for seconds in ("0", "nan", "inf"):
        seconds = ["--evaluation-seconds", seconds]
        refused(autoagent("evolve", *files, *seconds), "--evaluation-seconds must be more than 0")
    refused(autoagent("evolve", *files, "--evaluation-memory-mb", "1"), "--evaluation-memory-mb")
    refused(autoagent("evolve", *files, "--stop-score", "nan"), "stop_score must be a finite")
    refused(autoagent("evolve", *files, "--out", program / "x"), "--out")
    for source, words in (
        ("def f(:", "no Python: line 1"),
        ("def score(path): 1", "evaluate(path)"),
    ):
        (tmp_path / "other.py").write_text(source)
        refused(autoagent("evolve", program, tmp_path / "other.py"), "other.py", words)
    program.write_text("x = 1\n" * 3000)
    refused(
        autoagent("evolve", *files),
        "18000 characters, and it cannot be shown whole",
        "--diff",
        "EVOLVE-BLOCK-START",
        "--prompt-chars",
    )
    program.write_text("# EVOLVE-BLOCK-START\n" * 2)
    refused(autoagent("evolve", *files), "blocks cannot be nested")


def test_a_row_is_shown_for_each_generation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    search, _ = run_of(
        tmp_path,
        calls=2,
        batch=1,
        population=1,
        answer=lambda query, rng: f"So.\n```\n{len(query)}\n```",
    )
    display = EvolveDisplay(None, "", json=False)
    display.begin(search.run_id)
    finished = search.run(display)
    display.close()
    display.end(search.run_id, finished, search.history)
    _, heading, *rows, _ = capsys.readouterr().err.splitlines()
    assert heading.split()[:2] == ["generation", "best"]
    assert [row.split()[:2] for row in rows[:3]] == [["0", "-99"], *rows_of(search)]


def rows_of(search: EvolveRun) -> list[list[str]]:
    """The number of each later generation, and the best score until then."""
    scores = [each.score for each in search.history if each.score is not None]
    return [[str(n), f"{max(scores[: n + 1]):.6g}"] for n in (1, 2)]
