"""Long commands that train policies, and one that compares them."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.durability.works import Arguments, Units, Work, timeless, written

UPDATES = 3
EXAMPLES, EPOCHS = 4, 3


def _log(folder: Path) -> Units:
    path = folder / "run" / "log.jsonl"
    text = path.read_text() if path.exists() else ""
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    units = [(f"update {each['update']}", timeless(each)) for each in lines]
    weights = sorted((folder / "run" / "policy").glob("*.safetensors"))
    weights += sorted((folder / "run" / "policy").glob("*.pt"))
    if len(units) == UPDATES:  # before, they are those of an earlier stop
        units += [(path.name, path.read_bytes().hex()) for path in weights]
    return units


def _training(kind: str, *options: str) -> Work:
    given = ["train", kind, *options, "--updates", str(UPDATES)]
    return Work(
        name=f"train {kind}",
        begin=lambda folder: [*given, "--out", str(folder / "run"), "--json"],
        go_on=lambda folder: (
            ["train", kind, "--resume", str(folder / "run"), "--json"]
            if (folder / "run" / "checkpoint.pt").exists()
            else None
        ),
        units=_log,
        said=lambda line: f"update {line['update']}" if "update" in line else None,
        whole=lambda folder: (
            len([name for name, _ in _log(folder) if not name.startswith("update")]) > 0
        ),
    )


EDITS = _training("edits", "--episodes", "4", "--envs", "2", "--max-steps", "8")
LM = _training(
    *("lm", "--llm", "tiny", "--episodes", "2", "--envs", "1"),
    *("--max-steps", "2", "--max-tokens", "8"),
)
RFT = _training(
    *("rft", "--llm", "tiny", "--lora", "2", "--episodes", "2", "--envs", "1", "--keep", "0.5"),
    *("--max-steps", "2", "--max-tokens", "8"),
)


def _examples(folder: Path) -> Arguments:
    lines = [{"prompt": f"Say {n}.", "completion": f"{n}"} for n in range(EXAMPLES)]
    file = written(folder, "examples.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    options = ["--llm", "tiny", "--lora", "2", "--batch", "2", "--epochs", str(EPOCHS)]
    return ["finetune", str(file), *options, "--out", str(folder / "run"), "--json"]


def _learnt(folder: Path) -> Units:
    """Return what is learnt, once that is all."""
    import torch

    path = folder / "run" / "state.pt"
    if not path.exists():
        return []
    state = torch.load(path, weights_only=True)
    if state["steps"] < EPOCHS * EXAMPLES // 2:
        return []
    return [(name, each.tolist()) for name, each in state["model"].items()]


FINETUNE = Work(
    name="finetune",
    begin=_examples,
    go_on=lambda folder: (
        [*_examples(folder), "--resume"] if (folder / "run" / "state.pt").exists() else None
    ),
    units=_learnt,
    said=lambda line: None,
    whole=lambda folder: bool(_learnt(folder)),
)


def _report(folder: Path) -> Units:
    path = folder / "out" / "report.json"
    told = json.loads(path.read_text()) if path.exists() else {"policies": []}
    return [(each["policy"], timeless(each)) for each in told["policies"]]


EVALUATE = Work(
    name="evaluate",
    begin=lambda folder: [
        *("evaluate", "edits:random", "tiny", "--no-tasks", "--no-references"),
        *("--episodes", "2", "--envs", "1", "--max-steps", "3", "--max-tokens", "8"),
        *("--out", str(folder / "out"), "--json"),
    ],
    go_on=lambda folder: (
        [*EVALUATE.begin(folder), "--resume"] if (folder / "out" / "lives.jsonl").exists() else None
    ),
    units=_report,
    said=lambda line: None,
    whole=lambda folder: len(_report(folder)) == 2,
)
