"""What a model learns of mending bugs: functions, bugs put in by chance, the diffs that mend them.

They are other functions than those that are measured with, see `benchmarks.bugfix.functions`, and
their bugs are those of `genetic.elm.operators.Tokens`: no name comes in that is nowhere else, as
it does in the parity.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bugfix.functions import functions
from genetic.elm.examples import changed
from genetic.elm.languages import PYTHON
from genetic.elm.operators import STYLES, Style, Tokens
from rl.examples import read_examples
from rl.finetune import Finetuning, Settings

MOST_BUGS = 5


def fixing(operator: str = "diff") -> Style:
    """Return how a model is asked for a commit that fixes bugs, with the paper's message."""
    return replace(STYLES[operator](PYTHON), messages={"Fixed bugs.": 100})


def lessons(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield so many examples, of each function about as many."""
    style, rng, given = fixing(), random.Random(f"lessons:{seed}"), 0
    known = functions()
    while given < count:
        for name, task, source in rng.sample(known, min(len(known), count - given)):
            bugs = rng.randint(1, MOST_BUGS)
            broken = Tokens(bugs, lines=0.0).vary(source, rng, "").program
            assert broken is not None
            prompt = style.prompt(task, broken, style.message(name, rng))
            for lesson in changed(style, prompt, broken, source):
                given += 1
                yield lesson


def teach(llm: str, folder: Path, *, learnt: int, seed: int) -> str:
    """Return the name of a model that has learnt so many lessons; it goes on where it was."""
    file, taught = folder / f"lessons-{seed}.jsonl", folder / f"taught-{seed}"
    over, name = folder / f"taught-{seed}.json", f"{llm}:{taught / 'model' / 'adapter.gguf'}"
    if over.exists():
        return name
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(each) + "\n" for each in lessons(learnt, seed)))
    settings = Settings(
        llm=llm, lora=8, epochs=1, batch=4, lr=1e-3, schedule="cosine", keep_every=5, seed=seed
    )
    resume = (taught / "finetune.json").exists()
    finetuning = Finetuning(read_examples(file).kept, settings, taught, resume=resume)
    over.write_text(json.dumps(finetuning.run().as_dict()))
    return name
