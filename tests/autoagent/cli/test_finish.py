"""Agents that reach their goal, genomes in files and checks, through the real command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import autoagent, lines, refused

CHECK = """
def check(result, files):
    if result == 'loop':
        while True: pass
    if result == 'raise':
        raise KeyError('k')
    if result == 'odd':
        return 5
    if result == 'forge':
        print('["NoneType", "None"]')
        import os
        os._exit(0)
    return None if result == 42 else f'{result} is not 42'
"""


@pytest.fixture
def check(tmp_path: Path) -> Path:
    file = tmp_path / "check.py"
    file.write_text(CHECK)
    return file


def person(db: Path, typed: str, *options: Any, prompt: str = "Find it") -> Any:
    words = ["run", prompt, "--llm", "human", "--genome", "capable", "--db", db, "--json"]
    return autoagent(*words, *options, typed=typed)


def test_a_result_is_in_the_summary_and_shown(db: Path) -> None:
    done = person(db, "self.finish({'answer': 42})\n.\n")
    assert done.returncode == 0
    *_, last = lines(done)
    assert last["summary"]["cause"] == "finished"
    assert last["summary"]["result"] == {"answer": 42}
    assert '{"answer": 42}' in autoagent("show", "last", "--db", db).stdout.decode()
    verified = autoagent("replay", "last", "--verify", "--db", db)
    assert verified.returncode == 0
    resumed = lines(autoagent("resume", "last", "--db", db, "--json"))
    assert resumed[-1]["summary"]["result"] == {"answer": 42}


def test_giving_up_has_an_exit_code(db: Path) -> None:
    done = person(db, "self.give_up('too hard')\n.\n")
    assert done.returncode == 4
    summary = json.loads(done.stdout.decode().splitlines()[-1])["summary"]
    assert (summary["cause"], summary["detail"], summary["result"]) == ("gave_up", "too hard", None)


def test_a_check_decides_what_is_done(db: Path, check: Path) -> None:
    wrong = ["41", "'raise'", "'odd'", "'forge'", "42"]
    typed = "".join(f"self.finish({each})\n.\n" for each in wrong)
    done = person(db, typed, "--check", check)
    *steps, last = lines(done)
    assert [step["alive"] for step in steps] == [True] * 4 + [False]
    told = [step["error"] for step in steps]
    assert "41 is not 42" in told[0]
    assert "KeyError: 'k'" in told[1]
    assert "it returned a int" in told[2]
    assert "It is not finished" in told[3]
    assert last["summary"]["result"] == 42
    assert autoagent("replay", "last", "--verify", "--db", db).returncode == 0


@pytest.mark.slow
def test_a_check_that_hangs_passes_nothing(db: Path, check: Path) -> None:
    done = person(db, "self.finish('loop')\n.\nself.finish(42)\n.\n", "--check", check)
    first, _, last = lines(done)
    assert "the check failed" in first["error"]
    assert last["summary"]["result"] == 42


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file or directory; give a file that can be"),
        ("x = 1\n", "defines no function check(result, files)"),
        ("def check(:\n", "is no Python"),
        ("def check(result, files):\n", "is no Python"),
    ],
)
def test_what_is_no_check_is_told(db: Path, tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "check.py"
    if text is not None:
        file.write_text(text)
    refused(autoagent("run", "x", "--llm", "human", "--check", file, "--db", db), told)


def test_what_one_life_became_begins_the_next(db: Path, tmp_path: Path) -> None:
    learnt = "def triple(x):\n    return 3 * x\n.\ndef status(self):\n    return 'MINE'\n.\n"
    person(db, learnt, "--steps", "2")
    file = tmp_path / "grown.py"
    assert autoagent("genome", "last", "--db", db, "--out", file).returncode == 0
    done = person(db, "self.finish(triple(14))\n.\n", "--genome", file)
    step, last = lines(done)
    assert step["query"][-1]["content"].endswith("MINE")
    assert last["summary"]["result"] == 42
    assert autoagent("replay", "last", "--verify", "--db", db).returncode == 0
    file.unlink()  # replay, fork and resume need no file
    fork = autoagent(
        *("rollback", "last", "--to", "0", "--llm", "human", "--db", db, "--json"),
        typed="self.finish(triple(1))\n.\n",
    )
    assert lines(fork)[-1]["summary"]["result"] == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def step(:\n", "is refused"),
        ("import os\nos.system('true')\n", "is refused"),
        ("def run(self):\n    pass\n", "it never came to ask its model (ended)"),
        ("ask_model('hello')\n", "asks its model in its loop"),
        ("1 / 0\n", "ZeroDivisionError"),
        (
            "class AutonomousLLM(Body):\n    x = ask_model('now')\n"
            "    def __init__(self, query): pass\n    def run(self): pass\n",
            "asks its model in its loop",
        ),
        ("x = 1\n" * (10 << 20 >> 3), "more than 262144 bytes"),
    ],
)
def test_a_genome_that_cannot_live_is_told(db: Path, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.py"
    file.write_text(text)
    done = autoagent("run", "x", "--llm", "human", "--genome", file, "--db", db)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_without_the_net_a_broken_method_is_death(db: Path) -> None:
    typed = "def build_query(self):\n    return 1 / 0\n.\nself.finish(1)\n.\n"
    assert lines(person(db, typed))[-1]["summary"]["cause"] == "finished"
    assert lines(person(db, typed, "--net", "off"))[-1]["summary"]["cause"] == "crashed"


def test_a_conversation_is_exported_as_one(db: Path) -> None:
    person(db, "print(1)\n.\nself.finish(1)\n.\n")
    exported = autoagent("export", "last", "--db", db).stdout.decode().splitlines()
    messages = json.loads(exported[1])["messages"]
    roles = [message["role"] for message in messages]
    assert roles == ["system", "user", "assistant", "user", "assistant"]
