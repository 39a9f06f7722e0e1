"""`autoagent finetune`, within this process, which has imported already what takes seconds."""

import json
import re
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

from autoagent import AutonomousLLM, Budget
from autoagent.analyzers.analyst import Analyst
from autoagent.asker import Asker
from autoagent.journal import Journal
from autoagent.llm import Completion, load
from genetic.cli.coder_runs import CoderRuns
from genetic.coder import Coder, CoderSettings
from genetic.coder.dataset import BUNDLED, conversations, load_pairs
from genetic.coder.run import CoderRun
from rl.examples import Example
from sandbox.session import Sandbox
from tests.autoagent.cli.inside import inside

pytest.importorskip("torch")
LINE = json.dumps({"prompt": "Say hello.", "completion": "print('hello')"}) + "\n"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


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
    assert "is not empty" in again.stderr


def test_what_coder_export_writes_is_taught_and_completes_code(tmp_path: Path) -> None:
    file, out = tmp_path / "conversations.jsonl", tmp_path / "out"
    file.write_text("".join(conversations(load_pairs(BUNDLED)[0][:2])))
    done = finetune(file, "--llm", "tiny", "--epochs", "1", "--batch", "2", "--out", out, "--json")
    assert done.exit_code == 0, done.stderr
    taught = json.loads(done.stdout.splitlines()[-1])["summary"]["llm"]
    settings = CoderSettings(analyzers=(), style="chat", max_iter=1, max_tokens=4)
    coder = Coder(Asker([load(taught)]), Analyst([]), settings)
    assert coder.complete("def double(n: int) -> int:\n").tokens_in > 0


def test_a_completion_that_took_two_answers_is_taught(db: Path) -> None:
    answers = [
        Completion(text=text, tokens_in=1, tokens_out=1, finish="stop", model="m")
        for text in ("```python\n    return (\n```", "```python\n    return 1\n```")
    ]
    model = SimpleNamespace(name="m", complete=lambda *_, **asked: answers.pop(0))
    settings = CoderSettings(analyzers=("runs",), style="chat", feedback_variant="coworker")
    run = CoderRun(settings, journal=Journal(db), llms=[model])
    with closing(run):
        assert run.complete("def f():\n", "complete").loops == 2
    (line,) = CoderRuns().examples(Journal(db), run.run_id)
    example = Example.of(json.loads(line))
    assert "def f():" in example.prompt
    assert example.answer == "```python\n    return 1\n\n```"
    assert example.frame.system == settings.system_prompt


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
    told(file, "--llm", "gpt2", words="smollm2[:ADAPTER], gguf:PATH, hf:DIR")
    told(file, "--lora", "16", "--adapter", "rust", words="no adapter 'rust': bundled are c")
    adapted = ("--llm", "tiny", "--lora", "16", "--adapter", "c")
    told(file, *adapted, words="the adapter c is for smollm2, and no beginning for tiny")
    told(file, "--llm", "tiny", "--lora", str(10**12), words="out of memory: lower --lora")


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_answers_with_errors_are_left_out_and_counted(tmp_path: Path) -> None:
    file, wrong = tmp_path / "lines.jsonl", LINE.replace("hello')", "hello'")
    options = ["--analyze", "ruff", "--llm", "tiny", "--epochs", "1", "--out", tmp_path / "out"]
    file.write_text(LINE + wrong)
    done = finetune(file, *options)
    assert done.exit_code == 0, done.stderr
    assert "learning from 1 examples, without 1 in which ruff found errors" in done.stderr
    file.write_text(wrong)
    done = finetune(file, *options)
    assert done.exit_code == 2
    assert "errors were found in all answers" in done.stderr
    assert "unknown analyzer 'no'" in finetune(file, "--analyze", "no").stderr


def test_a_folder_that_cannot_be_written_is_named_first(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(LINE)
    for out in ("/proc/nope", "/etc/passwd/x", "x" * 300):
        done = finetune(file, "--llm", "gpt2", "--out", out)
        assert done.exit_code == 2
        assert f"{out} cannot be written" in done.stderr


def test_a_context_that_is_too_short_is_told_with_the_least_that_works(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(LINE)
    options = ("--llm", "tiny", "--epochs", "1", "--n-ctx")
    done = finetune(file, *options, "3", "--out", tmp_path / "out")
    assert done.exit_code == 2
    found = re.search(r"n_ctx must be at least (\d+) for the longest answer, got 3", done.stderr)
    assert found is not None, done.stderr
    least = int(found[1])
    assert finetune(file, *options, str(least - 1), "--out", tmp_path / "out").exit_code == 2
    assert finetune(file, *options, str(least), "--out", tmp_path / "out").exit_code == 0


def test_the_cursor_is_shown_when_it_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(LINE)
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, for rich
    done = finetune(file, "--llm", "gpt2", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert done.stderr.count(HIDE) == done.stderr.count(SHOW) == 0
    done = finetune(file, "--llm", "tiny", "--epochs", "1", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stderr.count(HIDE) == done.stderr.count(SHOW) == 1
