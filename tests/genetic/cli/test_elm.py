"""`autoagent elm` through the real command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.commands import autoagent, lines, refused

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


def test_a_start_that_is_refused_is_not_in_the_way_of_the_next(tmp_path: Path) -> None:
    own, out = tmp_path / "own.py", tmp_path / "found"
    own.write_text("root:x:0:0\n")
    search = ["elm", "parity", "--start", own, "--evaluations", "1", "--out", out, "--json"]
    refused(autoagent(*search), "no seed is a program of parity")
    assert list(out.iterdir()) == []
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


@pytest.mark.slow
def test_a_search_that_is_killed_ends_as_one_that_is_not(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    search = ["elm", "sodarace", "--evaluations", "250", "--json"]
    lines(autoagent(*search, "--out", whole))
    command = [sys.executable, "-m", "autoagent", *search, "--out", os.fspath(cut)]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.stdout.readline()  # a batch is written down, and the next one is judged
    time.sleep(0.5)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert not (cut / "archive.jsonl").exists()
    lines(autoagent("elm", "sodarace", "--out", cut, "--resume", "--json"))
    for name in ("archive.jsonl", "curve.jsonl", "best.py"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes()
