"""`show`, `save` and what is suggested at the end of a run, through the real command line."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.journal import Journal
from tests.commands import autoagent, lines, refused

LONG = "print('" + "long " * 30 + "')"
LIFE = f"{LONG}\n.\nopen('made.txt', 'w').write('kept')\n.\n"


def lived(db: Path, *options: str, typed: str = LIFE) -> str:
    done = autoagent("run", "Write", "--llm", "human", "--db", db, *options, typed=typed)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def told(*arguments: str | Path) -> str:
    done = autoagent(*arguments)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_run_is_shown_from_what_it_began_with_to_what_it_took(db: Path) -> None:
    lived(db, "--steps", "1", "--seed", "7")
    resumed = autoagent("resume", "last", "--steps", "1", "--db", db, typed="x = 1\n.\n")
    assert resumed.returncode == 0, resumed.stderr.decode()
    shown = told("show", "last", "--db", db)
    for words in ("prompt Write", "model human", "seed 7", "budget 1 step\n"):
        assert words in shown.partition("step 1")[0]
    assert "in all: 2 steps, 2 questions, 0 tokens" in shown.splitlines()[-1]
    assert shown.endswith("resumed once\n")
    assert "You are the Python object" not in shown
    asked = told("show", "last", "--query", "--db", db)
    assert "query 1 (user)\nWrite\nstep 1" in asked
    assert "query 2 (user)\nYou are the Python object" in asked


def test_a_program_keeps_its_lines_where_it_is_piped(db: Path) -> None:
    assert f"\n{LONG}\n" in lived(db, "--steps", "1")
    assert f"\n{LONG}\n" in told("show", "last", "--db", db)


@pytest.mark.parametrize(
    ("typed", "steps", "suggested"),
    [
        ("x = 1\n.\n", "1", "resume {run} --db {db}` goes on"),
        (
            "x = 1\n.\nimport os; os.system('x')\n.\n",
            "9",
            "rollback {run} --to 1 --db {db}` goes on from before",
        ),
        ("self.finish(1)\n.\n", "9", "show {run} --query --db {db}` tells it again"),
        ("open('a', 'w').write('b')\nself.finish(1)\n.\n", "9", "save {run} -o DIR --db {db}`"),
    ],
)
def test_the_end_of_a_life_says_what_to_do_next(
    db: Path, typed: str, steps: str, suggested: str
) -> None:
    last = lived(db, "--steps", steps, typed=typed).splitlines()[-1]
    (row,) = lines(autoagent("runs", "--db", db, "--json"))
    assert "next: `autoagent " + suggested.format(run=row["run"], db=db) in last
    *_, summary = lines(autoagent("show", "last", "--db", db, "--json"))
    assert "next" not in summary["summary"]


def test_the_files_of_a_life_are_saved_and_nothing_is_overwritten(db: Path, tmp_path: Path) -> None:
    lived(db, "--steps", "2")
    out = tmp_path / "out"
    told("save", "last", "-o", out, "--db", db)
    assert (out / "made.txt").read_text() == "kept"
    (out / "made.txt").write_text("mine")
    refused(autoagent("save", "last", "-o", out, "--db", db), "made.txt", "--force")
    assert (out / "made.txt").read_text() == "mine"
    told("save", "last", "-o", out, "--db", db, "--force")
    assert (out / "made.txt").read_text() == "kept"
    refused(autoagent("save", "last", "-o", db, "--db", db), "name a folder")


def test_a_life_without_files_says_what_can_be_kept_of_it(db: Path, tmp_path: Path) -> None:
    lived(db, "--steps", "1")
    refused(autoagent("save", "last", "-o", tmp_path, "--db", db), "no files", "autoagent genome")


@pytest.mark.parametrize("activity", ["translation", "evolve", "optimize"])
def test_the_best_program_of_a_search_is_saved(db: Path, tmp_path: Path, activity: str) -> None:
    with closing(Journal(db)) as journal:
        empty = journal.begin({"prompt": "p", "llm": "m", "activity": activity})
        run = journal.begin({"prompt": "p", "llm": "m", "activity": activity})
        journal.append(run, [("best", {"program": text}) for text in ("first", "last\n")])
    out = tmp_path / "best.c"
    told("save", run, "-o", out, "--db", db)
    assert out.read_text() == "last\n"
    refused(autoagent("save", run, "-o", out, "--db", db), "--force")
    refused(autoagent("save", run, "-o", tmp_path, "--db", db), "folder")
    refused(autoagent("save", empty, "-o", tmp_path / "new", "--db", db), "no program so far")
    refused(autoagent("save", run, "-o", tmp_path / "no" / "new", "--db", db), "cannot be written")
    refused(autoagent("show", run, "--query", "--db", db), "--query", "no agent's")


def test_a_shell_completes_commands_and_ids_of_runs(db: Path) -> None:
    with closing(Journal(db)) as journal:
        runs = [journal.begin({"prompt": prompt, "llm": "m"}) for prompt in "ab"]

    def completed(typed: str) -> list[str]:
        words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
        env = {"_AUTOAGENT_COMPLETE": "complete_bash", **words}
        return autoagent(env=env).stdout.decode().split()

    assert completed("autoagent rollb") == ["rollback"]
    assert completed(f"autoagent show --db {db} ") == runs[::-1]
    assert completed(f"autoagent translate --db {db} --resume {runs[0][:7]}") == runs[:1]
    db.write_bytes(os.urandom(4096))
    assert completed(f"autoagent show --db {db} ") == []
