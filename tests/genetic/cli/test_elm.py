"""`autoagent elm` through the real command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.autoagent.cli.inside import inside
from tests.commands import autoagent, lines, refused
from tests.genetic.cli.conftest import Talker

FILES = {
    *("archive.jsonl", "best.py", "curve.jsonl", "curve.png", "examples.jsonl", "heatmap.png"),
    "journal.db",
}


def test_a_search_leaves_an_archive_and_pictures_and_is_not_begun_twice(tmp_path: Path) -> None:
    out = tmp_path / "found"
    search = ["elm", "quadratic:2", "--out", out, "--evaluations", "100", "--json"]
    *batches, last = lines(autoagent(*search))
    summary = last["summary"]
    assert (summary["cause"], summary["evaluated"]) == ("evaluations", 100)
    assert [batch["evaluated"] for batch in batches] == [1, 65, 100]
    assert {
        path.name for path in out.iterdir() if path.suffix in (".jsonl", ".py", ".png", ".db")
    } == (FILES)
    archive = [json.loads(line) for line in (out / "archive.jsonl").read_text().splitlines()]
    assert len(archive) == summary["filled"] > 5
    assert len({tuple(elite["niche"]) for elite in archive}) == len(archive)
    learnt = [json.loads(line) for line in (out / "examples.jsonl").read_text().splitlines()]
    assert [each["messages"][1]["content"] for each in learnt] == [
        elite["program"].rstrip() + "\n```" for elite in archive
    ]
    best = max(archive, key=lambda elite: (elite["objective"], -elite["number"]))
    assert (out / "best.py").read_text() == best["program"]
    for name in ("curve.png", "heatmap.png"):
        with Image.open(out / name) as image:
            assert image.size > (100, 100)
    journal = ["--db", out / "journal.db"]
    *shown, end = lines(autoagent("show", "last", *journal, "--json"))
    assert [batch["filled"] for batch in shown] == [batch["filled"] for batch in batches]
    assert (
        "evaluations: all evaluations are done"
        in autoagent("show", "last", *journal).stdout.decode()
    )
    assert end["summary"]["evaluated"] == 100
    refused(autoagent(*search), "holds a run", "--resume")
    refused(
        autoagent("elm", "parity", "--out", out, "--resume"), "a run of quadratic:2, not of parity"
    )
    refused(
        autoagent("elm", "quadratic", "--out", out, "--resume", "--seed", "3"), "leave --seed out"
    )


def test_a_search_begins_with_a_program_of_the_users(tmp_path: Path) -> None:
    own, out = tmp_path / "own.py", tmp_path / "found"
    own.write_text("def parity(b1, b2, b3, b4):\n    return (b1 ^ b2) ^ (b3 ^ b4)\n")
    begun = autoagent("elm", "parity", "--start", own, "--evaluations", "1", "--out", out, "--json")
    assert lines(begun)[-1]["summary"]["best"] == 1.0
    assert (out / "best.py").read_text() == own.read_text()


LIAR = """\
def parity(b1, b2, b3, b4):
    return 0
class Spoilt:
    def write(self, line):
        right = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0]
        if '"fault": ""' in line:
            line = '{"fault": "", "seen": ' + str(right) + '}\\n'
        return real.write(line)
    def flush(self):
        real.flush()
try:
    1 / 0
except Exception as error:
    frame = error.__traceback__.tb_frame
    while frame is not None:
        if "looked_at" in frame.f_globals:
            real = frame.f_globals["sys"].stdout
            frame.f_globals["sys"].stdout = Spoilt()
            break
        frame = frame.f_back
"""
"""Has the guest say that every function is right."""


def test_a_program_of_the_users_cannot_speak_for_others(tmp_path: Path) -> None:
    own, out = tmp_path / "own.py", tmp_path / "found"
    own.write_text(LIAR)
    begun = ["elm", "parity:5", "--start", own, "--start", "broken", "--evaluations", "60"]
    told(*begun, "--out", out)
    archive = [json.loads(line) for line in (out / "archive.jsonl").read_text().splitlines()]
    (broken,) = [each for each in archive if each["message"] == "broken"]
    assert broken["objective"] < 1.0
    assert all(each["objective"] < 1.0 for each in archive if "Spoilt" not in each["program"])


def test_a_start_that_is_refused_is_not_in_the_way_of_the_next(tmp_path: Path) -> None:
    own, out = tmp_path / "own.py", tmp_path / "found"
    own.write_text("root:x:0:0\n")
    out.mkdir()
    kept = out / "journal.db.before"
    kept.write_text("of somebody")
    search = ["elm", "parity", "--start", own, "--evaluations", "1", "--out", out, "--json"]
    refused(autoagent(*search), "no seed is a program of parity")
    assert list(out.iterdir()) == [kept]
    own.write_text("def parity(b1, b2, b3, b4):\n    return (b1 ^ b2) ^ (b3 ^ b4)\n")
    lines(autoagent(*search))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chess"], ["unknown domain 'chess'", "parity, quadratic, sodarace, translation"]),
        (["sodarace:moon"], ["no terrain 'moon'", "left-wall"]),
        (["parity:7"], ["1 to 5 bugs, not 7"]),
        (["parity", "--evaluations", "0"], ["evaluations must be from 1 to 1000000000, got 0"]),
        (["parity", "--batch", "0"], ["batch must be from 1"]),
        (["parity", "--calls", "5"], ["--calls: the operator tokens asks no model"]),
        (["parity", "--operator", "diff", "--calls", "0"], ["calls must be from 1", "got 0"]),
        (["parity", "--operator", "diff", "--calls", "-2"], ["calls must be from 1", "got -2"]),
        (["parity", "--seconds", "nan"], ["seconds must be more than 0, and finite, got nan"]),
        (["parity", "--executor", "magic"], ["magic", "local, process, ray"]),
        (["parity", "--ray-address", "there:1"], ["'local' has no address"]),
        (["parity", "--tokens", "0"], ["tokens must be more than 0"]),
        (["parity", "--operator", "magic"], ["--operator magic", "tokens, rewrite, diff, write"]),
        (["parity", "--llm", "smollm2"], ["asks no model"]),
        (["parity", "--operator", "diff", "--llm", "nobody"], ["nobody"]),
        (["parity", "--start", "zero"], ["no seed 'zero'", "no such file", "known: broken"]),
        (["parity", "--start", "/"], ["/ is no ordinary file"]),
        (["translation"], ["name one, as translation:fizzbuzz", "word_count"]),
        (["translation:chess"], ["chess names no bundled task", "fizzbuzz"]),
        (["parity", "--resume"], ["holds no run"]),
    ],
)
def test_bad_input_is_told(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    refused(autoagent("elm", *arguments, "--out", tmp_path / "out"), *words)


def told(*arguments: str | Path) -> list[dict[str, Any]]:
    """Run a command in this process, which has imported what takes seconds."""
    done = inside(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_where_programs_are_judged_changes_nothing(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    search = ["elm", "quadratic:2", "--evaluations", "131", "--batch", "130"]
    told(*search, "--out", here, "--workers", "3")
    told(*search, "--out", there, "--executor", "process", "--workers", "2")
    for name in ("archive.jsonl", "curve.jsonl", "best.py"):
        assert (there / name).read_bytes() == (here / name).read_bytes()


def test_calls_bound_a_search_and_it_goes_on_with_more(
    tmp_path: Path, talker: Callable[[Callable[[str], str]], Talker]
) -> None:
    server, out = talker(lambda query: f"```python\n{len(query)}\n```"), tmp_path / "out"
    search = ["elm", "parity", "--out", out, *server.options[2:]]
    begun = ["--operator", "rewrite", *server.options[:2], "--calls", "3"]
    summary = told(*search, *begun)[-1]["summary"]
    assert (summary["cause"], summary["evaluated"]) == ("evaluations", 4)
    assert len(server.queries) == 3
    resume = [*search, "--resume"]
    for option, words in (
        (["--calls", "2"], "has asked 3 questions already"),
        (["--calls", "0"], "calls must be from 1"),
        (["--evaluations", "2"], "has done 4 evaluations already"),
        (["--batch", "2"], "leave --batch out"),
    ):
        refusal = inside(*resume, *option)
        assert (refusal.exit_code, words in refusal.stderr) == (2, True), refusal.output
    told(*resume, "--calls", "5")
    assert len(server.queries) == 5
    assert told(*resume, "--evaluations", "9")[-1]["summary"]["cause"] == "calls"
    done = inside(*resume)
    assert "--calls N` goes on" in done.stderr
    assert len(server.queries) == 5, "calls are bounded as before"
    summary = told(*resume, "--calls", "20")[-1]["summary"]
    assert (summary["cause"], summary["evaluated"]) == ("evaluations", 9), "so are evaluations"


def test_a_run_that_was_rolled_back_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told("elm", "parity", "--out", out, "--evaluations", "80")
    found = (out / "archive.jsonl").read_bytes()
    kept = ["--db", out / "journal.db"]
    (first,) = (each["run"] for each in lines(autoagent("runs", *kept, "--json")))
    (back,) = lines(autoagent("rollback", first, "--to", "1", "--seed", "7", *kept, "--json"))
    on = ["elm", "parity", "--out", out, "--resume", "--evaluations", "90"]
    told(*on)
    assert (out / "archive.jsonl").read_bytes() == found
    assert (out / back["run"] / "archive.jsonl").read_bytes() != found
    assert told(*on, "--run", first)[-1]["summary"]["evaluated"] == 90
    forked = (out / back["run"] / "archive.jsonl").read_bytes()
    assert (out / "archive.jsonl").read_bytes() != found
    done = autoagent("resume", first, *kept)
    assert f"--resume --run {first}" in done.stderr.decode()
    assert (out / back["run"] / "archive.jsonl").read_bytes() == forked
    refused(autoagent("elm", "parity", "--out", out, "--run", first), "give --resume, too")
    refused(autoagent(*on, "--run", "none"), "none")


def test_evaluations_that_are_done_can_be_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text('calls = 3\nllm = "smollm2"\n')
    monkeypatch.setenv("AUTOAGENT_CONFIG", str(tmp_path / "config.toml"))  # of no use to chance
    search = ["elm", "parity", "--out", tmp_path / "out"]
    done = inside(*search, "--evaluations", "10")
    assert "--evaluations N` goes on" in done.stderr
    told(*search, "--resume", "--evaluations", "30")
    assert told(*search, "--resume")[-1]["summary"]["evaluated"] == 30


def test_a_kind_alone_goes_on_with_the_variant_of_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told("elm", "parity:3", "--out", out, "--evaluations", "40")
    told("elm", "parity", "--out", out, "--evaluations", "80", "--resume")
    told("elm", "parity:3", "--out", tmp_path / "other", "--evaluations", "40")
    told("elm", "parity:3", "--out", tmp_path / "other", "--evaluations", "80", "--resume")
    both = [(each / "archive.jsonl").read_text() for each in (out, tmp_path / "other")]
    assert both[0] == both[1]


@pytest.mark.slow
def test_a_search_that_is_killed_ends_as_one_that_is_not(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    search = ["elm", "sodarace:bumpy", "--evaluations", "250", "--json"]
    lines(autoagent(*search, "--out", whole))
    command = [sys.executable, "-m", "autoagent", *search, "--out", os.fspath(cut)]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.stdout.readline()  # a batch is written down, and the next one is judged
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert not (cut / "archive.jsonl").exists()
    lines(autoagent("elm", "sodarace", "--out", cut, "--resume", "--json"))
    for name in ("archive.jsonl", "curve.jsonl", "best.py"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()
