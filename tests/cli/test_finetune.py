"""`autoagent finetune` through the real command line."""

import json
from pathlib import Path

import pytest

from tests.cli.test_run import autoagent, lines, refused

pytest.importorskip("torch")
LINE = json.dumps({"prompt": "Say hello.", "completion": "print('hello')"}) + "\n"


def test_a_model_is_taught_and_runs(tmp_path: Path) -> None:
    file, out = tmp_path / "lines.jsonl", tmp_path / "out"
    file.write_text(LINE * 4)
    options = ["--llm", "tiny", "--epochs", "2", "--batch", "2", "--lr", "0.01", "--out", out]
    *steps, last = lines(autoagent("finetune", file, *options, "--json"))
    assert [step["step"] for step in steps] == [1, 2, 3, 4]
    assert steps[-1]["loss"] < steps[0]["loss"]
    summary = last["summary"]
    assert (summary["cause"], summary["llm"]) == ("done", f"hf:{out / 'model'}")
    refused(autoagent("finetune", file, *options), "is in use")
    # it runs as an agent, sampled by the defaults
    db = ["--db", tmp_path / "journal.db"]
    told = ["run", "Say hello.", "--llm", summary["llm"], "--steps", "1", "--max-tokens", "8"]
    done = lines(autoagent(*told, *db, "--json"))
    assert done[-1]["summary"]["spent"]["steps"] <= 1


def test_bad_input_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(LINE + "{}\n")
    out = ["--out", tmp_path / "out"]
    refused(autoagent("finetune", file, *out), "line 2", "completion")
    refused(autoagent("finetune", tmp_path / "none", *out), "cannot read")
    file.write_text(LINE)
    refused(autoagent("finetune", file, "--epochs", "0", *out), "epochs", "at least 1")
    refused(autoagent("finetune", file, "--lora", "0", "--llm", "tiny", *out), "rank")
    refused(autoagent("finetune", file, "--llm", f"hf:{tmp_path}/none", *out), "no folder")
