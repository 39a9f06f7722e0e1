"""What `autoagent evaluate` says to wrong input, and when a policy fails."""

import json
from pathlib import Path

import pytest
import transformers

from autoagent.llm.causal import load_causal
from tests.autoagent.cli.inside import inside


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
        (["edits:random", "--prompt", " "], "a --prompt says nothing"),
        (["edits:random", "--sandbox", "moat"], "unknown wall 'moat'"),
        (["edits:/nowhere"], "there is no /nowhere"),
        (["tiny", "--temperature", "0"], "temperature must be above 0"),
        (["tiny", "--max-tokens", "0"], "max_tokens is 0"),
    ],
)
def test_wrong_input_is_named_and_exits_with_2(arguments: list[str], words: str) -> None:
    told = inside("evaluate", *arguments)
    assert told.exit_code == 2
    assert words in told.output
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
