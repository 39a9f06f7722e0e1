"""Supervised training: what is read, what is learnt, and how it goes on."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch

from autoagent.inspection import Panel
from autoagent.llm import PYTHON, code_frame
from autoagent.llm.causal import Transformers, load_causal, trainable
from autoagent.llm.causal.score import answer_loss, score
from autoagent.llm.causal.template import Template
from rl.ending import Cause
from rl.examples import Example, flawless, read_examples
from rl.finetune import Finetuning, Settings, StepFigures
from rl.memory import OutOfMemory
from rl.watcher import Unwatched

PAIRS = {
    "Add two numbers.": "def add(a, b):\n    return a + b",
    "Say hello.": "print('hello')",
    "Count to three.": "for i in range(3):\n    print(i)",
}
EXAMPLES = [Example.of({"prompt": prompt, "completion": code}) for prompt, code in PAIRS.items()]


def settings(**options: Any) -> Settings:
    given = {"llm": "tiny", "epochs": 4, "batch": 2, "lr": 1e-3, "n_ctx": 256}
    return Settings(**(given | options))


class Seen(Unwatched):
    """Remembers what each step was like, and does what a test wants meanwhile."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.steps: list[int] = []
        self.then: Callable[[StepFigures], None] = lambda figures: None

    def updated(self, figures: StepFigures) -> None:
        self.losses.append(figures.loss)
        self.steps.append(figures.step)
        self.then(figures)


def trained(folder: Path, *, resume: bool = False, **options: Any) -> tuple[Finetuning, Seen]:
    seen = Seen()
    return Finetuning(EXAMPLES, settings(**options), folder, resume=resume, watcher=seen), seen


@pytest.mark.slow
def test_the_loss_falls_and_the_answers_are_learnt(tmp_path: Path) -> None:
    seen = Seen()
    chosen = settings(epochs=2, batch=3, lr=1e-2)
    finished = Finetuning(EXAMPLES * 40, chosen, tmp_path, watcher=seen).run()
    assert (finished.cause, finished.progress.steps, len(seen.steps)) == (Cause.DONE, 80, 80)
    assert seen.losses[0] > 9
    assert seen.losses[-1] < 0.1
    model = Transformers(f"hf:{tmp_path / 'model'}")
    for prompt, code in PAIRS.items():
        done = model.complete(prompt, seed=0, temperature=0, max_tokens=40)
        assert done.text == f"```python\n{code}\n```"
        assert done.finish == "stop"


def test_adapters_learn_too_and_nothing_else_moves(tmp_path: Path) -> None:
    seen = Seen()
    chosen = settings(lora=8, epochs=1, batch=3, lr=1e-2)
    Finetuning(EXAMPLES * 4, chosen, tmp_path, watcher=seen).run()
    assert seen.losses[-1] < seen.losses[0] - 0.1
    saved = sorted(path.name for path in (tmp_path / "model").iterdir())
    assert "adapter_model.safetensors" in saved
    assert "model.safetensors" not in saved


def test_only_the_answers_tokens_are_learnt() -> None:
    tiny = load_causal("tiny")
    template = Template(tiny.tokenizer, tiny.model, name="tiny")
    encoded = EXAMPLES[0].encode(template)
    assert encoded.prompt == template.prompt("Add two numbers.", 1).tokens
    assert template.decode(encoded.answer) == PAIRS["Add two numbers."] + "\n```"
    assert encoded.answer[-1] == template.end


def states(folder: Path) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(folder / "state.pt", weights_only=True)["model"]
    return state


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    whole, all_of_it = trained(tmp_path / "whole", epochs=2)
    whole.run()
    first, early = trained(tmp_path / "parts", epochs=2)
    early.then = lambda figures: first.pause()
    paused = first.run()
    assert (paused.cause, paused.progress.steps) == (Cause.PAUSED, 1)
    rest, late = trained(tmp_path / "parts", epochs=2, resume=True)
    assert rest.run().cause is Cause.DONE
    assert early.losses + late.losses == all_of_it.losses
    ours, theirs = states(tmp_path / "parts"), states(tmp_path / "whole")
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_memory_does_not_decide_about_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # with three digits, sums differ by the order in which they are made
    monkeypatch.setattr(trainable, "_has_bfloat16", lambda: False)
    found = []
    for size in (1, 2):
        work, _ = trained(tmp_path, micro_batch=size)
        work._learn(work._pairs)
        found.append([each.grad for each in work._model.parameters()])
    for one, two in zip(*found, strict=True):
        assert one is not None
        assert two is not None
        assert torch.allclose(one, two, atol=1e-5)


def test_too_little_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, _ = trained(tmp_path)
    monkeypatch.setattr(work, "_backward", lambda pairs: torch.empty(1 << 50))
    with pytest.raises(OutOfMemory, match=r"lower --micro-batch \(now 4\), --n-ctx \(now 256\)"):
        work.run()


def test_a_loss_that_is_no_number_stops_it_and_keeps_what_was_good(tmp_path: Path) -> None:
    work, seen = trained(tmp_path, batch=3)
    seen.then = lambda figures: poison(work)
    finished = work.run()
    assert finished.detail == (
        f"step 1 led to what is no number; {tmp_path} holds what was last kept, if anything; "
        "lower --lr (now 0.001)"
    )
    assert (finished.cause, finished.progress.steps) == (Cause.DIVERGED, 1)
    assert not any(tmp_path.iterdir())
    work, seen = trained(tmp_path, epochs=2)
    seen.then = lambda figures: poison(work) if figures.step == 3 else None
    finished = work.run()
    assert (finished.cause, finished.progress.steps) == (Cause.DIVERGED, 3)
    assert all(each.isfinite().all() for each in states(tmp_path).values())


def poison(work: Finetuning) -> None:
    with torch.no_grad():
        next(iter(work._model.parameters())).fill_(float("nan"))


def test_folders_in_use_and_other_settings_are_told(tmp_path: Path) -> None:
    work, _ = trained(tmp_path, epochs=1, batch=3)
    work.run()
    with pytest.raises(ValueError, match="is not empty; give another --out"):
        trained(tmp_path)
    with pytest.raises(ValueError, match="own settings, but lr was 0.001, is 0.5"):
        trained(tmp_path, resume=True, batch=3, lr=0.5)
    with pytest.raises(ValueError, match="llm was 'tiny', is 'hf:/"):
        trained(tmp_path, resume=True, batch=3, llm="hf:model")
    with pytest.raises(ValueError, match="is no training run: finetune.json: No such file"):
        trained(tmp_path / "none", resume=True)
    more, seen = trained(tmp_path, resume=True, batch=3, epochs=2)
    assert more.run().progress.steps == 2
    assert seen.steps == [2]
    whole = (tmp_path / "state.pt").read_bytes()
    for data in (b"", whole[:1000], whole[: len(whole) // 2]):
        (tmp_path / "state.pt").write_bytes(data)
        with pytest.raises(ValueError, match=r"cannot read the checkpoint .*state\.pt: \w+"):
            trained(tmp_path, resume=True, batch=3)
    torch.save({"steps": 3}, tmp_path / "state.pt")
    with pytest.raises(ValueError, match="does not fit this run"):
        trained(tmp_path, resume=True, batch=3)
    with pytest.raises(ValueError, match="no examples"):
        Finetuning([], settings(), tmp_path / "new")
    for name in ("epochs", "batch", "micro_batch", "lr"):
        with pytest.raises(ValueError, match=f"{name} must be"):
            settings(**{name: 0})
    for seed in (-1, 2**63):
        with pytest.raises(ValueError, match=f"seed must be from 0 .* got {seed}"):
            settings(seed=seed)


def chat(*pairs: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for role, text in pairs], **more}


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_answers_with_errors_are_known_without_their_organisms() -> None:
    def example(prompt: str, answer: str) -> Example:
        return Example.of(chat(("user", prompt), ("assistant", answer)))

    with closing(Panel(["ruff"])) as panel:
        assert flawless(example("You have: greet(name)", "```python\ngreet('x')\n```"), panel)
        assert not flawless(example("Greet.", "```python\ngreet('x')\n```"), panel)
        assert not flawless(example("Greet.", "```python\ndef f(:\n```"), panel)
        assert flawless(example("Greet.", "```c\nint x\n```"), panel)


def test_lines_that_export_writes_are_read() -> None:
    step = Example.of(
        chat(("user", "q"), ("assistant", "```python\nx = 1\n```"), outcome={"step": 1})
    )
    assert (step.prompt, step.answer, step.frame) == ("q", "x = 1\n```", PYTHON)
    c = "int main(void) { return 0; }"
    lesson = Example.of(chat(("user", "q"), ("assistant", c), better=c, worse="", feedback=""))
    assert (lesson.answer, lesson.frame) == (f"{c}\n```", code_frame("C", "c"))
    lesson = Example.of(chat(("user", "q"), ("assistant", "x = 1"), better="x = 1"))
    assert lesson.frame == PYTHON
    cut = Example.of({"prompt": "q", "completion": "```c\nint x;"})
    assert (cut.answer, cut.frame) == ("int x;\n```", code_frame("C", "c"))
    odd = Example.of({"prompt": "q", "completion": "```c\nint x;" + "\n" * 100_000 + "x"})
    assert odd.answer.endswith("\n" * 100_000 + "x\n```")
    prose = Example.of(chat(("system", "Be brief."), ("user", "q"), ("assistant", "Yes.")))
    assert (prose.answer, prose.frame.system, prose.frame.opening) == ("Yes.", "Be brief.", "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2"),
        ("[]", "JSON object"),
        ("{}", "prompt"),
        ('{"prompt": "q", "completion": 3}', "completion"),
        ('{"prompt": "q", "completion": " "}', "empty"),
        ('{"messages": 3}', "list of objects"),
        ('{"messages": [{"role": "user", "content": null}]}', "content"),
        (json.dumps(chat(("user", "q"))), "of an assistant"),
        (json.dumps(chat(("assistant", "q"), ("user", "a"))), "assistant"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_bad_lines_are_named_by_number(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"prompt": "q", "completion": "x"}\n' + line + "\n")
    with pytest.raises(ValueError, match="line 2 of") as caught:
        read_examples(path)
    assert words in str(caught.value)


def test_answers_that_came_to_a_bad_end_are_not_learnt(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    well = {"error": "", "harm": [], "alive": True}
    ends = [well, {"error": "NameError"}, well | {"harm": ["os"]}, well | {"alive": False}]
    lines = [json.dumps(chat(("user", "q"), ("assistant", "x"), outcome=end)) for end in ends]
    path.write_text("\n".join(lines))
    examples = read_examples(path)
    assert (len(examples.kept), examples.failed) == (1, 3)
    path.write_text("\n".join(lines[1:]))
    with pytest.raises(ValueError, match="led to an error, harm or death"):
        read_examples(path)


def test_bad_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        read_examples(tmp_path / "none")
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(ValueError, match="holds no examples"):
        read_examples(tmp_path / "empty")
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(ValueError, match="not UTF-8"):
        read_examples(tmp_path / "bytes")


def test_the_loss_is_what_the_scores_say() -> None:
    tiny = load_causal("tiny")
    template = Template(tiny.tokenizer, tiny.model, name="tiny")
    prepared = [each.encode(template) for each in EXAMPLES]
    prompts = [torch.tensor(each.prompt) for each in prepared]
    answers = [torch.tensor(each.answer) for each in prepared]
    scores = score(tiny.model, prompts, answers)
    expected = -(scores.log_probs * scores.mask).sum()
    assert torch.allclose(answer_loss(tiny.model, prompts, answers), expected, rtol=1e-4)


def test_a_schedule_rises_and_falls(tmp_path: Path) -> None:
    work, seen = trained(tmp_path, schedule="cosine", epochs=10, keep_every=100)
    rates: list[float] = []
    seen.then = lambda figures: rates.append(work._optimizer.param_groups[0]["lr"])
    work.run()
    assert rates[0] == max(rates) == 1e-3
    assert rates == sorted(rates, reverse=True)
    assert 0 < rates[-1] < 1e-5


def test_examples_come_as_given_and_tokens_are_counted(tmp_path: Path) -> None:
    work, _ = trained(tmp_path, shuffled=False)
    assert work._order(0) == work._order(1) == [0, 1, 2]
    done = work.run()
    assert done.last is not None
    assert done.last.tokens == 4 * sum(len(row) for pair in work._pairs for row in pair)


def test_it_is_kept_as_often_as_is_said(tmp_path: Path) -> None:
    work, seen = trained(tmp_path, keep_every=3)
    kept: list[int] = []
    seen.then = lambda figures: kept.append(work._kept)
    work.run()
    assert kept == [0, 0, 0, 3, 3, 3, 6, 6]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"schedule": "linear"}, "schedule must be constant or cosine, got 'linear'"),
        ({"keep_every": -1}, "keep_every must be at least 0"),
    ],
)
def test_impossible_schedules_are_told(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        settings(**options)


def test_an_example_may_bring_its_frame() -> None:
    frame = {"system": "S", "opening": "```c\n", "closing": "```"}
    found = Example.of({"prompt": "p", "completion": "int x;\n```", "frame": frame})
    assert (found.frame.system, found.answer) == ("S", "int x;\n```")
    with pytest.raises(ValueError, match='its "frame" must have'):
        Example.of({"prompt": "p", "completion": "x", "frame": {"system": "S"}})


@pytest.mark.slow
def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    """The file of a checkpoint may not become as large as it is, in a process of its own."""
    out, examples = tmp_path / "out", tmp_path / "examples.jsonl"
    lines = ({"prompt": prompt, "completion": code} for prompt, code in PAIRS.items())
    examples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, "-m", "autoagent", "finetune", str(examples), "--llm", "tiny"]
    command += ["--epochs", "2", "--n-ctx", "256", "--out", str(out)]
    script = f"""
import resource, signal, sys
from autoagent.cli.app import app
from rl.finetune import Finetuning
def full(work):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    kept(work) if work._steps == 1 else None
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    kept(work)
kept, Finetuning._keep = Finetuning._keep, full
app({command[3:]!r})
"""
    full = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert full.returncode == 1, full.stderr.decode()
    assert b"File too large" in full.stderr
    assert b"--resume" in full.stderr
    assert b"Traceback" not in full.stderr
    again = subprocess.run([*command, "--resume"], capture_output=True, check=False)
    assert again.returncode == 0, again.stderr.decode()
    assert b"after 2 steps" in again.stderr
