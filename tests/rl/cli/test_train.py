"""`autoagent train`: through the real command line, and within this process where that is slow."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import Result
from rich.console import Console

from autoagent.files import claimed
from rl.cli.train import EDITS, _alike, _tell
from rl.cli.training_view import TrainingView
from rl.ending import Cause, Finished
from rl.logs import Figures
from rl.policies import Categorical
from rl.policies.language import LanguagePolicy
from rl.settings import Settings
from rl.trainer import Progress
from tests.autoagent.cli.inside import inside
from tests.commands import autoagent, lines

ENV = ("--env", "tests.rl.toys:toy/Hazard-v0")
FAST = (*ENV, "--episodes", "4", "--envs", "2")


def train(*arguments: str | Path) -> Result:
    return inside("train", *arguments)


def refuses(words: str, *arguments: str | Path) -> None:
    done = train(*arguments)
    assert done.exit_code == 2, done.stderr
    assert words in done.stderr


def printed(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_run_and_how_it_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    first = autoagent("train", "edits", *FAST, "--out", out, "--json", "--updates", "2")
    *updates, last = lines(first)
    assert [line["update"] for line in updates] == [1, 2]
    assert updates[0]["ends"] == {"hazard": 4}
    assert last["summary"]["cause"] == "updates"
    assert last["summary"]["run"] == str(out)
    assert json.loads((out / "settings.json").read_text())["training"]["episodes"] == 4
    assert Categorical.load(out / "policy").features == 3
    *updates, last = printed(train("edits", *ENV, "--resume", out, "--updates", "3", "--json"))
    assert [line["update"] for line in updates] == [3]
    assert last["summary"]["detail"] == "all 3 updates are done"
    whole = tmp_path / "whole"
    printed(train("edits", *FAST, "--out", whole, "--json", "--updates", "3"))
    kept = [(folder / "policy" / "weights.pt").read_bytes() for folder in (out, whole)]
    assert kept[0] == kept[1]


def test_a_run_goes_on_with_its_own_settings(tmp_path: Path) -> None:
    out = tmp_path / "run"
    printed(train("edits", *FAST, "--out", out, "--json", "--updates", "1"))
    goes_on = ("edits", *ENV, "--resume", out)
    changed = ("--gamma", "0.5", "--baseline", "mean")
    refuses("training.gamma was 0.95, is 0.5", *goes_on, *changed)
    refuses("training.baseline was 'rloo', is 'mean'", *goes_on, *changed)
    refuses("leave --out out", *goes_on, "--out", tmp_path / "other")
    refuses("origin.kind was 'edits', is 'lm'", "lm", "--resume", out)
    settings = out / "settings.json"
    whole = settings.read_text()
    for old, new, words in (
        ('"gamma": 0.95', '"gamma": 0.5', "training.gamma was 0.95, is 0.5"),
        ('"gamma": 0.95', '"gamma": "x"', "training.gamma was 0.95, is 'x'"),
        ('"updates": 1', '"updates": "x"', "updates must be a whole number, got 'x'"),
        ('"lora": null', '"lora": "2"', "origin.lora was None, is '2'"),
        ('"llm": null', '"llm": 5', "origin.llm was None, is 5"),
        ('"prompt": null', '"prompt": ' + "[" * 100_000, "settings.json: it is nested too deeply"),
        ('"origin": {', '"origin": [], "other": {', "settings.json has no origin"),
    ):
        settings.write_text(whole.replace(old, new))
        refuses(words, *goes_on)
    settings.write_text(whole)
    refuses("not empty; give another --out", "edits", *FAST, "--out", out)


@pytest.mark.parametrize("kind", ["lm", "rft"])
def test_a_genome_that_holds_conversations_is_refused(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "run"
    told = ("--llm", "tiny", "--genome", "capable", "--updates", "1", "--out", out)
    refuses("organisms of the genome 'capable' hold conversations", kind, *told)
    assert not out.exists()


def test_a_run_goes_on_with_its_own_genome_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genome, out = tmp_path / "genome.py", tmp_path / "run"
    genome.write_text("def f(): return 1")
    monkeypatch.chdir(tmp_path)
    few = ("--episodes", "2", "--envs", "1", "--max-steps", "2")
    printed(train("edits", *few, "--genome", "genome.py", "--out", out, "--json", "--updates", "1"))
    origin = json.loads((out / "settings.json").read_text())["origin"]
    assert origin["genome"] == str(genome)
    monkeypatch.chdir("/")
    printed(train("edits", "--resume", out, "--updates", "2", "--json"))
    genome.write_text("def f(): return 2")
    words = f"origin.genome_hash was '{origin['genome_hash']}', is '"
    refuses(words, "edits", "--resume", out, "--updates", "3")
    refuses("give what was, or begin another run", "edits", "--resume", out, "--updates", "3")
    genome.unlink()
    refuses("there is no genome", "edits", "--resume", out, "--updates", "3")


def test_edits_are_trained_in_the_real_environment(tmp_path: Path) -> None:
    out = tmp_path / "run"
    options = ("--updates", "1", "--episodes", "2", "--envs", "2", "--max-steps", "4")
    update, _ = printed(train("edits", *options, "--out", out, "--json"))
    assert sum(update["ends"].values()) == 2
    assert update["env_steps"] <= 8
    assert Categorical.load(out / "policy").features == 5


def test_the_bonus_of_edits_falls_unless_another_one_is_given(tmp_path: Path) -> None:
    for given, end in (((), 0.03), (("--entropy", "0.1"), None)):
        out = tmp_path / str(end)
        printed(train("edits", *FAST, *given, "--updates", "1", "--json", "--out", out))
        printed(train("edits", *ENV, "--resume", out, "--updates", "2", "--json"))
        training = json.loads((out / "settings.json").read_text())["training"]
        assert (training["entropy_end"], training["horizon"]) == (end, 40)


def test_groups_go_on_from_lives_in_the_real_environment(tmp_path: Path) -> None:
    options = ("--updates", "2", "--episodes", "4", "--envs", "2", "--max-steps", "4")
    groups = ("--group", "2", "--lead", "1", "--baseline", "group", "--harm", "constraint")
    clipped = ("--epochs", "2", "--ratio-clip", "0.2", "--difficulty-end", "3", "--horizon", "2")
    out = tmp_path / "run"
    *updates, last = printed(train("edits", *options, *groups, *clipped, "--out", out, "--json"))
    assert last["summary"]["references_difficulty"] == 3.0  # as the last update's lives
    assert last["summary"]["references"]["edits:optimum"]["survived"] < 2  # at 1 it is 4
    assert updates[0]["price"] == 1.0
    assert all(update["moved"] is not None for update in updates)
    assert updates[0]["env_steps"] >= updates[0]["tokens"] + 2  # the lives that groups go on from
    assert [update["difficulty"] for update in updates] == [1.0, 3.0]


def test_a_language_model_is_trained_goes_on_and_runs(tmp_path: Path) -> None:
    out, two = tmp_path / "run", tmp_path / "two"
    options = ("--llm", "tiny", "--lora", "2", "--max-tokens", "4", "--max-steps", "2")
    few = ("--episodes", "2", "--hazards", "hunger", "--entropy", "1", "--json")
    *_, last = printed(train("lm", *options, *few, "--updates", "1", "--envs", "2", "--out", out))
    bounds = last["summary"]["references"]
    assert bounds["script:solver"]["survived"] == bounds["script:solver"]["mean_return"] == 2.0
    *updates, _ = printed(train("lm", "--resume", out, "--updates", "2", "--json"))
    printed(train("lm", *options, *few, "--updates", "2", "--envs", "1", "--out", two))
    assert [line["tokens"] for line in updates] == [16]
    assert json.loads((out / "settings.json").read_text())["training"]["lr"] == 0.001  # adapters
    assert updates[0]["mismatch"] < 1e-4
    kept = [folder / "policy" / "adapter_model.safetensors" for folder in (out, two)]
    assert kept[0].read_bytes() == kept[1].read_bytes()
    run = ["run", "Hi", "--llm", f"hf:{out / 'policy'}", "--steps", "1", "--json"]
    done = inside(*run, "--db", tmp_path / "journal.db")
    assert done.exit_code == 0, done.stderr
    assert '"tokens_out": 4' in done.stdout
    refuses("origin.llm was 'tiny', is 'hf:/", "lm", "--resume", out, "--llm", "hf:policy")
    text = "needs texts as observations"
    refuses(text, "lm", "--env", "env:autoagent/SurvivalEdits-v0", "--out", tmp_path / "new")


def test_other_weights_at_the_same_path_are_refused(tmp_path: Path) -> None:
    model, db = tmp_path / "model", tmp_path / "journal.db"
    tiny = LanguagePolicy("tiny", max_tokens=4)
    tiny.save(model)
    few = ("--max-tokens", "4", "--max-steps", "2", "--episodes", "2", "--json")
    printed(train("lm", "--llm", f"hf:{model}", *few, "--updates", "1", "--out", tmp_path / "run"))
    life = inside("run", "Hi", "--llm", f"hf:{model}", "--steps", "1", "--db", db)
    assert life.exit_code == 0, life.stderr
    with torch.no_grad():
        next(iter(tiny.parameters())).add_(1.0)
    tiny.save(model)
    refuses(f"policy.weights.hf:{model} was '", "lm", "--resume", tmp_path / "run")
    told = inside("resume", "last", "--steps", "1", "--db", db)
    assert told.exit_code == 2
    assert f"hf:{model} has other weights now" in told.stderr
    wished = inside("resume", "last", "--steps", "1", "--db", db, "--llm", f"hf:{model}")
    assert wished.exit_code == 0, wished.stderr
    assert inside("resume", "last", "--steps", "1", "--db", db).exit_code == 0


def test_a_language_model_learns_from_its_best_lives_and_goes_on(tmp_path: Path) -> None:
    out, whole = tmp_path / "run", tmp_path / "whole"
    options = ("--llm", "tiny", "--lora", "2", "--max-tokens", "4", "--max-steps", "2")
    few = ("--episodes", "4", "--envs", "2", "--keep", "0.5", "--batch", "2")
    shown = train("rft", *options, *few, "--updates", "1", "--out", out)
    assert shown.exit_code == 0, shown.stderr
    assert re.search(r"script:solver +│ +2.00 +│ +2.00", shown.stderr)
    assert "0, nothing learned" in shown.stderr.splitlines()[2]  # what is alike is no example
    shutil.rmtree(out)
    options = ("--env", "tests.rl.toys:toy/Talked-v0", *options[:6])
    shown = train("rft", *options, *few, "--updates", "1", "--out", out)
    heads, row = (line.split() for line in shown.stderr.splitlines()[1:3])
    assert row[heads.index("kept")] == "4"
    goes_on = ("rft", *options[:2], "--resume", out)
    *updates, last = printed(train(*goes_on, "--updates", "2", "--json"))
    assert [(line["update"], line["kept"]) for line in updates] == [(2, 4)]
    assert updates[0]["mismatch"] < 1e-4
    assert last["summary"]["cause"] == "updates"
    assert json.loads((out / "settings.json").read_text())["training"]["lr"] == 0.0003  # adapters
    printed(train("rft", *options, *few, "--updates", "2", "--json", "--out", whole))
    kept = [folder / "policy" / "adapter_model.safetensors" for folder in (out, whole)]
    assert kept[0].read_bytes() == kept[1].read_bytes()
    refuses("origin.kind was 'rft', is 'lm'", "lm", "--resume", out)
    refuses("training.keep was 0.5, is 0.25", *goes_on, "--keep", "0.25")
    for given, words in (
        (("--keep", "2"), "keep is a share above 0, and at most 1, got 2.0"),
        (("--keep", "1"), "nothing is rejected; lower keep"),
        (("--batch", "0"), "batch must be at least 1, got 0"),
        (("--baseline", "rloo"), "No such option: --baseline"),
    ):
        refuses(words, "rft", *options, "--out", tmp_path / "new", *given)
    assert not (tmp_path / "new").exists()


def test_people_see_a_row_for_each_update(tmp_path: Path) -> None:
    done = train("edits", *FAST, "--out", tmp_path / "run", "--updates", "2")
    assert done.exit_code == 0
    assert done.stdout == ""
    rows = done.stderr.splitlines()
    assert rows[1].split()[:3] == ["update", "return", "survived"]
    assert [row.split()[0] for row in rows[2:4]] == ["1", "2"]
    assert "hazard 4" in rows[2]
    assert "all 2 updates are done" in rows[4]
    assert [row.split("  ")[0] for row in rows[5:7]] == ["steps survived", "return"]
    assert rows[7].startswith("next: `autoagent evaluate edits:random edits:")


def test_on_a_terminal_a_table_and_bars(tmp_path: Path) -> None:
    figures = Figures(
        update=1, mean_return=2.5, survived=3.0, ends={"starved[/]": 4}, loss=0.0, entropy=0.5,
        solved=1.25, harmed=0.5, kl=0.25, gradient_norm=1.5, mismatch=0.0, tokens=12, episodes=4,
        env_steps=1234, replaced=0, seconds=2.0, rollout_seconds=1.0, update_seconds=1.0,
    )  # fmt: skip
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    view = TrainingView(console, Settings(updates=2, episodes=4))
    view.open()
    view.moved(1, 3, 1000)
    view.updated(figures)
    live = view._table._live
    assert live is not None
    live.refresh()
    view.close()
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    for words in ("updates", "3/4", "1,000 env steps", "1,234", "starved[/] 4", "1.25", "50%"):
        assert words in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--baseline", "critic"], "'critic'; known: none, mean, value, rloo, group"),
        (["--group", "3"], "a multiple of group, which is 3, got 4; 6 would do"),
        (["--group", "2", "--lead", "1"], "lead needs an environment with get_state"),
        (["--split", "test"], "split"),
        (["--difficulty-end", "4"], "difficulty"),
        (["--difficulty-end", "nan"], "--difficulty-end must be a number, 0 or more, got nan"),
        (["--reward-harm", "nan"], "--reward-harm must be a finite number, got nan"),
        (["--reward-survival", "inf"], "--reward-survival must be a finite number, got inf"),
        (
            ["--reward-diagnostics", "-inf"],
            "--reward-diagnostics must be a finite number, got -inf",
        ),
        (["--group", "2", "--baseline", "mean"], "the baseline mean does not, got group 2"),
        (["--lr", "-1"], "lr must be a number more than 0"),
        (["--lora", "8"], "No such option: --lora"),
        (["--env", "None-v0"], "--env None-v0"),
        (["--env", "no_such_module:X-v0"], "no_such_module"),
        (["--env", "MountainCarContinuous-v0"], "Discrete actions"),
        (["--prompt", "hello"], "prompt"),
        (["--hazards", "hunger"], "hazards"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, options: list[str], words: str) -> None:
    refuses(words, "edits", *FAST, "--out", tmp_path / "run", *options)
    assert not list((tmp_path / "run").glob("*"))


@pytest.mark.parametrize("out", ["/proc/nope", "/etc/passwd/x", "x" * 300])
def test_a_folder_that_cannot_be_written_is_named(out: str) -> None:
    refuses("cannot be written", "edits", *FAST, "--out", out)


def test_a_model_that_is_too_large_is_told(tmp_path: Path) -> None:
    for rank in (10**12, 10**17, 10**20):
        options = ("--llm", "tiny", "--lora", str(rank), "--out", tmp_path / "run")
        refuses("out of memory: lower --lora", "lm", *options)


def test_what_is_no_kind_and_no_run_is_named(tmp_path: Path) -> None:
    refuses("pictures", "pictures")
    refuses("no training run", "edits", "--resume", tmp_path / "none")


def test_an_environment_that_fails_is_told(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = train("edits", "--env", "tests.rl.toys:toy/Failing-v0", "--out", out)
    assert done.exit_code == 1
    assert "the ground opened" in done.stderr
    assert f"--resume {out}" in done.stderr


def test_a_diverging_run_stops(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = train("edits", *FAST, "--env", "tests.rl.toys:toy/Poisoned-v0", "--out", out)
    assert done.exit_code == 1
    assert "is kept; lower --lr" in done.stderr
    assert (out / "checkpoint.pt").exists()


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_an_interrupted_run_can_be_resumed(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "autoagent", "train", "edits", "--out", str(out)]
    slow = ("--env", "tests.rl.toys:toy/Slow-v0")
    command += [*slow, "--episodes", "4", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert json.loads(run.stdout.readline())["update"] == 1
        os.kill(run.pid, number)
        rest, error = run.communicate(timeout=240)
    assert run.returncode == (0 if number == signal.SIGINT else 128 + number), error.decode()
    *_, last = map(json.loads, rest.splitlines())
    assert last["summary"]["cause"] == "stopped"
    made = last["summary"]["update"]
    goes_on = train("edits", *slow, "--resume", out, "--updates", str(made + 1), "--json")
    assert [line.get("update") for line in printed(goes_on)] == [made + 1, None]


def test_a_run_is_taken_up_by_one_at_a_time(tmp_path: Path) -> None:
    out = tmp_path / "run"
    printed(train("edits", *FAST, "--out", out, "--json", "--updates", "1"))
    with claimed(out):
        refuses("written by another process", "edits", *ENV, "--resume", out, "--updates", "2")
    printed(train("edits", *ENV, "--resume", out, "--updates", "2", "--json"))


def test_a_folder_chooses_no_module_and_no_wall(tmp_path: Path) -> None:
    out = tmp_path / "run"
    printed(train("edits", *FAST, "--out", out, "--json", "--updates", "1"))
    refuses("begun with --env tests.rl.toys:toy/Hazard-v0; give", "edits", "--resume", out)


def test_links_in_a_folder_lead_nowhere(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    printed(train("edits", *FAST, "--out", out, "--json", "--updates", "1"))
    shutil.rmtree(out / "tensorboard")
    elsewhere.mkdir()
    (out / "tensorboard").symlink_to(elsewhere)
    refuses("it is a link", "edits", *ENV, "--resume", out, "--updates", "2")
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("update", "told"), [(0, "nothing is learnt yet; --resume"), (3, "the policy is in")]
)
def test_a_policy_that_has_learnt_nothing_is_not_to_be_compared(
    tmp_path: Path, update: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.jsonl").write_text("")
    stopped: Finished[Progress, Figures] = Finished(
        cause=Cause.STOPPED, detail="stopped", progress=Progress(update=update), last=None
    )
    _tell(EDITS, tmp_path, stopped, {}, None, "", json=False)
    words = " ".join(capsys.readouterr().err.split())
    assert told in words
    assert ("autoagent evaluate" in words) == (update > 0)


def test_a_comparison_is_told_to_live_as_the_training_did() -> None:
    options = {"difficulty": 1.0, "max_steps": 8, "max_tokens": None, "lr": 0.1}
    assert _alike(options, None) == " --difficulty 1 --max-steps 8"
    assert _alike(options, 4.0) == " --difficulty 4 --max-steps 8"
