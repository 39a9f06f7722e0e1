"""What `autoagent evaluate` says to wrong input, and when a policy fails."""

import json
import os
import shutil
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Semaphore
from types import SimpleNamespace
from typing import Any

import pytest
import transformers
from rich.status import Status
from typer.testing import CliRunner

from autoagent.cli.app import app
from autoagent.llm.causal import load_causal
from autoagent.meter import Meter
from env.edits import FEATURES, Edit
from rl.cli.course import Course
from rl.policies import Categorical
from rl.rollout import Stopped
from tests.autoagent.cli.inside import inside
from tests.autoagent.llm.conftest import Serve, serve
from tests.loopback import Behaviour, stream

__all__ = ["serve"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["edits:random", "nobody"], "unknown policy 'nobody'; use one of: random, smollm2"),
        (["edits:random", "edits:random"], "edits:random is given twice"),
        (["edits:random", "--episodes", "0"], "--episodes"),
        (["edits:random", "--seed", "-1"], "--seed must be from 0 to"),
        (["edits:random", "--patience", "inf"], "--patience must be a number more than 0, got inf"),
        (
            ["edits:random", "--hazards", "flood"],
            "unknown hazard 'flood'; known: none, drift, hunger",
        ),
        (["edits:random", "--difficulty", "-1"], "difficulty must be 0 or more"),
        (["edits:random", "--reward-harm", "nan"], "--reward-harm must be a finite number, got"),
        (["edits:random", "--prompt", " "], "a --prompt says nothing"),
        (["edits:random", "--sandbox", "moat"], "unknown wall 'moat'"),
        (["edits:/nowhere"], "there is no /nowhere"),
        (["script:solver", "--env", "CartPole-v1"], "--env CartPole-v1: "),
        (["script:solver", "--env", "CartPole-v1"], "unexpected keyword argument 'difficulty'"),
        (["script:solver", "--env", "nomodule:foo-v0"], "--env nomodule:foo-v0: "),
        (["script:solver", "--env", "foo-v0"], "--env: Environment `foo` doesn't exist"),
        (["openai:m", "--max-tokens", "0"], "--max-tokens must be at least 1"),
        (["openai:m", "--max-tokens", "-5"], "--max-tokens must be at least 1"),
        (["openai:m", "--temperature", "-1"], "--temperature must be 0 or more, and finite"),
        (["openai:m", "--temperature", "nan"], "--temperature must be 0 or more, and finite"),
        (["openai:m", "--temperature", "99"], "openai:m: temperature must be from 0 to 2, got 99"),
        (["tiny", "--temperature", "0"], "temperature must be above 0"),
        (["tiny", "--max-tokens", "0"], "max_tokens is 0"),
    ],
)
def test_wrong_input_is_named_and_exits_with_2(arguments: list[str], words: str) -> None:
    told = inside("evaluate", *arguments)
    assert told.exit_code == 2
    assert words in told.output
    assert told.output.count("error: ") <= 1
    assert not [line for line in told.output.splitlines() if "survived" in line]


def test_a_folder_that_cannot_be_written_is_noticed_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out, words in (("", "not an empty folder"), ("file/sub", "cannot be written")):
        told = inside("evaluate", "edits:random", "-o", tmp_path / out)
        assert told.exit_code == 2
        assert words in told.output


FEW = ("--episodes", "2", "--max-steps", "2", "--no-tasks")


def test_what_is_found_out_is_kept_when_a_later_policy_fails(tmp_path: Path) -> None:
    out = tmp_path / "out"
    small = ("--temperature", "1e-40")
    told = inside("evaluate", "edits:random", "tiny", *FEW, *small, "--json", "-o", out)
    assert told.exit_code == 1
    assert "error: tiny: the logits of the model are no numbers" in told.stderr
    assert "--temperature is too small" in told.stderr
    kept = json.loads((out / "report.json").read_text())
    assert [each["policy"] for each in kept["policies"]] == ["edits:random"]
    assert json.loads(told.stdout)["policies"] == kept["policies"]


def test_what_is_rewarded_may_be_said(tmp_path: Path) -> None:
    half = ("--reward-survival", "0.5", "--reward-harm", "-3")
    told = inside("evaluate", "script:solver", "script:nothing", *FEW, *half, "--json")
    assert told.exit_code == 0, told.output
    solver = json.loads(told.stdout)["policies"][0]
    assert (solver["survival"]["value"], solver["returned"]["value"]) == (2.0, 1.0)


def test_an_environment_that_hangs_is_told() -> None:
    told = inside("evaluate", "edits:random", *FEW, "--patience", "1e-6")
    assert told.exit_code == 1
    assert "error: edits:random: the environment of episode" in told.stderr
    assert "raise --patience" in told.stderr


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def collect(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("rl.rollout.Rollouts.collect", collect)
    told = inside("evaluate", "edits:random", *FEW)
    assert told.exit_code == 1
    assert "error: edits:random: out of memory: lower --envs (now 8)" in told.stderr


@pytest.mark.slow
def test_a_model_that_cannot_be_trained_is_evaluated(tmp_path: Path) -> None:
    config = transformers.AutoConfig.for_model(
        "granite", vocab_size=49_152, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, logits_scaling=2.0,
    )  # fmt: skip
    folder = tmp_path / "granite"
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    load_causal("tiny").tokenizer.save_pretrained(folder)
    few = ["--episodes", "1", "--max-steps", "1", "--max-tokens", "4", "--no-tasks"]
    told = inside("evaluate", f"hf:{folder}", *few)
    assert told.exit_code == 0, told.output
    told = inside("train", "lm", "--llm", f"hf:{folder}", "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert "cannot be trained" in told.output


def says_nothing_new(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    stream(handler, "x = 1")


def refuses(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    handler.send_response(401)
    handler.send_header("content-length", "0")
    handler.end_headers()


def ends(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    """Be gone, in the midst of a question, and for all that come after it."""
    handler.server.shutdown()
    handler.server.server_close()


@pytest.mark.parametrize("dies", [refuses, ends])
def test_what_is_done_is_kept_when_a_server_dies_and_the_rest_is_resumed(
    tmp_path: Path, serve: Serve, dies: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoagent.llm.server.openai._pause", lambda state: 0.0)
    out = tmp_path / "out"
    other = serve(says_nothing_new)  # before the port of the one that dies is free
    few = ["openai:m", "--episodes", "4", "--max-steps", "2", "--envs", "1", "--no-tasks"]
    few += ["--api-key", "k", "--no-references", "-o", str(out)]
    dying = serve(*[says_nothing_new] * 5, dies, *[says_nothing_new] * 4, refuses)
    told = inside("evaluate", *few, "--base-url", dying)
    assert told.exit_code == 1, told.output
    assert ("cannot be reached" in told.stderr) == (dies is ends)
    assert "the same with --resume goes on in" in told.stderr.replace("\n", " ")
    lives = out / "lives.jsonl"
    told_of = [sorted(json.loads(line)) for line in lives.read_text().splitlines()]
    assert told_of.count(["life", "number", "policy"]) == 2  # those that are whole
    told = inside("evaluate", *few, "--base-url", dying)
    assert told.exit_code == 2
    assert "--resume" in told.output
    told = inside("evaluate", *few, "--base-url", dying, "--resume", "--seed", "1")
    assert told.exit_code == 2
    assert "begun with another --seed: 0" in told.output
    with lives.open("a") as file:  # as a crash leaves it
        file.write('{"policy": "openai:m", "num')
    told = inside("evaluate", *few, "--base-url", other, "--resume")
    assert told.exit_code == 2
    assert f"are of another policy (it was {dying}, is {other})" in told.stderr
    if dies is ends:  # and is begun again
        serve(*[says_nothing_new] * 4, refuses, port=int(dying.split(":")[2].split("/")[0]))
    told = inside("evaluate", *few, "--base-url", dying, "--resume", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)["policies"][0]
    assert (found["episodes"], found["survival"]["value"], found["censored"]) == (4, 2.0, 4)
    again = inside("evaluate", *few, "--base-url", dying, "--resume", "--json")
    assert json.loads(again.stdout)["policies"] == [found]


def trained(folder: Path, seed: int) -> None:
    Categorical(len(FEATURES), len(Edit), hidden=(4,), seed=seed).save(folder)


def test_lives_of_a_policy_that_was_trained_on_are_not_passed_off_as_the_new_ones(
    tmp_path: Path,
) -> None:
    trained(tmp_path / "policy", 0)
    command = ("evaluate", f"edits:{tmp_path}", *FEW, "--no-references", "-o", tmp_path / "out")
    assert inside(*command).exit_code == 0
    assert inside(*command, "--resume").exit_code == 0
    shutil.rmtree(tmp_path / "policy")
    trained(tmp_path / "policy", 1)
    told = inside(*command, "--resume")
    assert told.exit_code == 2
    assert f"error: edits:{tmp_path}: its lives in" in told.stderr
    assert "are of another policy" in told.stderr
    assert "give the same weights or --base-url, or another --out" in told.stderr


def test_a_genome_that_holds_conversations_is_for_scripts_alone() -> None:
    command = (*FEW, "--no-references", "--no-tasks", "--genome", "capable")
    assert inside("evaluate", "script:nothing", *command).exit_code == 0
    told = inside("evaluate", "tiny", *command)
    assert told.exit_code == 2
    assert "organisms of the genome 'capable' hold conversations" in told.stderr


def test_lives_of_another_genome_of_the_same_name_are_refused(tmp_path: Path) -> None:
    genome = tmp_path / "genome.py"
    genome.write_text("def f(): return 1")
    command = ("evaluate", "script:solver", *FEW, "--no-references", "-o", tmp_path / "out")
    assert inside(*command, "--genome", genome).exit_code == 0
    assert inside(*command, "--genome", genome, "--resume").exit_code == 0
    genome.write_text("def f(): return 2")
    told = inside(*command, "--genome", genome, "--resume")
    assert told.exit_code == 2
    assert "was begun with another --genome" in told.stderr


def costs(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    stream(handler, "x = 1", prompt_tokens=90, completion_tokens=10)


def interrupts(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    costs(handler, request)


PAYING = ("openai:m", "--episodes", "4", "--max-steps", "2", "--envs", "1", "--no-tasks")


def test_a_budget_bounds_what_a_server_is_asked_and_what_it_took_is_told(
    tmp_path: Path, serve: Serve
) -> None:
    out = tmp_path / "out"
    command = ("evaluate", *PAYING, "--no-references", "--base-url", serve(costs), "-o", out)
    prices = ("--price-in", "1e4", "--price-out", "0")  # 0.9 an answer
    told = inside(*command, *prices, "--cost", "4")
    assert told.exit_code == 0, told.output
    words = "the budget of cost is used up: 2 of 4 lives of openai:m are over; the same with"
    assert words in told.stderr
    assert "and a higher --cost" in told.stderr
    told = inside(*command, *prices, "--cost", "4", "--resume")
    assert "the budget of cost is used up" in told.stderr  # what was spent before counts
    told = inside(*command, *prices, "--cost", "40", "--resume", "--json")
    found = json.loads(told.stdout)["policies"][0]
    assert found["tokens_spent"] == 100 * 9  # one of the answers was for nothing
    assert found["cost"] == pytest.approx(0.9 * 9)
    assert "| tokens asked for, in and out | 900 (cost 8.1) |" in (out / "report.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["openai:m", "--cost", "1"], "--cost bounds nothing without prices"),
        (["edits:random", "--tokens", "10"], "bound what openai: models take, and none is"),
        (["openai:m", "--tokens", "0"], "budget: tokens must be more than 0"),
    ],
)
def test_bounds_that_bound_nothing_are_refused(arguments: list[str], words: str) -> None:
    told = inside("evaluate", *arguments)
    assert (told.exit_code, words in told.stderr) == (2, True), told.stderr


def test_what_is_whole_is_told_when_interrupted_and_how_to_go_on(
    tmp_path: Path, serve: Serve
) -> None:
    out = tmp_path / "out"
    server = serve(*[costs] * 5, interrupts, costs)
    command = ("evaluate", "edits:random", *PAYING, "--no-references", "--base-url", server)
    told = inside(*command, "-o", out, "--json")
    assert told.exit_code == 0, told.output  # as a training, or a run, which a person stops
    assert [each["policy"] for each in json.loads(told.stdout)["policies"]] == ["edits:random"]
    words = "interrupted: 3 of 4 lives of openai:m are over; the same with --resume goes on in"
    assert words in told.stderr
    told = inside(*command, "-o", out, "--json", "--resume")
    assert [each["episodes"] for each in json.loads(told.stdout)["policies"]] == [4, 4]


def test_a_second_interruption_waits_for_no_server_and_loses_no_life(
    tmp_path: Path, serve: Serve
) -> None:
    asked, over = Semaphore(0), Event()

    def is_silent(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        asked.release()
        over.wait()

    server = serve(*[costs] * 6, is_silent)
    command = ["evaluate", *PAYING[:5], "--envs", "3", "--no-tasks"]
    command += ["--no-references", "--base-url", server, "--timeout", "3600"]
    command += ["-o", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "autoagent", *command], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert asked.acquire(timeout=300)
        process.send_signal(signal.SIGINT)
        told = process.stderr.readline()
        while told and "Ctrl-C again kills" not in told:
            told = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=300)
    finally:
        process.kill()
        over.set()
    assert process.returncode == 130, told
    assert "interrupted: 3 of 4 lives of openai:m are over; the same with --resume" in told
    lives = (tmp_path / "out" / "lives.jsonl").read_text().splitlines()
    assert sum("life" in json.loads(line) for line in lives) == 3


def test_differences_are_told_in_equal_lives() -> None:
    told = inside("evaluate", "script:nothing", "script:solver", *FEW, "--difficulty", "8")
    assert told.exit_code == 0, told.output
    assert "micro-tasks solved, less" in told.stdout


def test_to_resume_takes_a_folder(tmp_path: Path) -> None:
    told = inside("evaluate", "edits:random", "--resume")
    assert told.exit_code == 2
    assert "name it with --out" in told.output
    (tmp_path / "lives.jsonl").write_text("no line of ours\n")
    told = inside("evaluate", "edits:random", "--resume", "-o", tmp_path)
    assert told.exit_code == 2
    assert "holds no lives of an evaluation" in told.output


def test_a_person_takes_part() -> None:
    command = ["evaluate", "human", *FEW, "--no-references", "--json"]
    told = CliRunner().invoke(app, command, input="x = 1\n.\n" * 4)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["policies"][0]["survival"]["value"] == 2.0


def test_it_is_shown_how_many_lives_are_over_before_the_first_step() -> None:
    shown = Status("")
    told: list[str] = []

    def collect(*_: Any, **__: Any) -> None:
        told.append(str(shown.status))
        raise Stopped

    rollouts: Any = SimpleNamespace(env_steps=0, collect=collect, close=lambda: None)
    kept: Any = SimpleNamespace(lives=lambda name: {1: None}, keep_spent=lambda *spent: None)
    named: Any = SimpleNamespace(name="p", policy=None)
    with pytest.raises(Stopped):
        Course(lives=32, prompts=1, sandbox=None, kept=kept, meter=Meter(), shown=shown).taken(
            named, rollouts
        )
    assert told == ["p: living, 1 of 32 lives are over, 0 steps"]
