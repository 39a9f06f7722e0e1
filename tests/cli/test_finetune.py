"""`autoagent finetune`, within this process, which has imported already what takes seconds."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from autoagent import AutonomousLLM, Budget
from autoagent.llm import load
from sandbox.session import Sandbox
from tests.cli.inside import inside

pytest.importorskip("torch")
LINE = json.dumps({"prompt": "Say hello.", "completion": "print('hello')"}) + "\n"


def finetune(*arguments: str | Path) -> Result:
    return inside("finetune", *arguments)


def test_a_model_is_taught_and_runs(wall: Sandbox, tmp_path: Path) -> None:
    file, out = tmp_path / "lines.jsonl", tmp_path / "out"
    file.write_text(LINE * 4)
    options = ["--llm", "tiny", "--epochs", "2", "--batch", "2", "--lr", "0.01", "--out", out]
    done = finetune(file, *options, "--json")
    assert done.exit_code == 0, done.stderr
    *steps, last = map(json.loads, done.stdout.splitlines())
    assert [step["step"] for step in steps] == [1, 2, 3, 4]
    assert steps[-1]["loss"] < steps[0]["loss"]
    summary = last["summary"]
    assert (summary["cause"], summary["llm"]) == ("done", f"hf:{out / 'model'}")
    model = load(summary["llm"])
    with AutonomousLLM(model, sandbox=wall, max_tokens=8, db=tmp_path / "journal.db") as agent:
        assert len(list(agent.run("Say hello.", budget=Budget(steps=1)))) == 1
    again = finetune(file, *options)
    assert again.exit_code == 2
    assert "is in use" in again.stderr


def test_bad_input_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"

    def told(*arguments: str | Path, words: str) -> None:
        done = finetune(*arguments, "--out", tmp_path / "out")
        assert done.exit_code == 2
        assert words in done.stderr

    file.write_text(LINE + "{}\n")
    told(file, words="line 2 of")

    told(tmp_path / "none", words="cannot read")
    file.write_text(LINE)
    told(file, "--epochs", "0", words="epochs must be at least 1")
    told(file, "--lora", "0", words="rank of at least 1")
    told(file, "--llm", f"hf:{tmp_path}/none", words="no folder")
    told(file, "--llm", "gpt2", words="smollm2, gguf:PATH, hf:DIR")
