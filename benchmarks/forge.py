"""First drafts of a fine-tuned model: how many held-out pairs it translates right.

    python -m benchmarks.forge MODEL PAIRS.jsonl... [--first N] [--most TOKENS]

Each file is one that ``autoagent forge --split test`` wrote. Drafts are greedy, by whatever has
that name as ``--llm`` elsewhere; right is what prints the same for all inputs. Prints a line of
JSON for each file.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from autoagent.llm import LLM, extract_block, load
from autoagent.statistics import share
from genetic.translate.evaluate import Trial, evaluate
from genetic.translate.forge.asked import FRAME, TARGET
from genetic.translate.judge import CANDIDATE_LIMITS


def draft(llm: LLM, source: str, most: int) -> str:
    """Return a greedy translation of a program."""
    answer = llm.complete(source, seed=0, temperature=0.0, max_tokens=most, frame=FRAME)
    return extract_block(answer.text, TARGET) or ""


def status(pair: dict[str, Any], draft: str) -> str:
    """Return whether a draft is ``right``, ``wrong``, or does not ``compile``."""
    trial = Trial(
        target=TARGET,
        inputs=tuple(text.encode() for text in pair["inputs"]),
        expected=tuple(text.encode() for text in pair["outputs"]),
        limits=CANDIDATE_LIMITS,
    )
    found = evaluate(draft, trial)
    if found.compile_errors is not None:
        return "compile"
    right = map(trial.matches, found.runs, trial.expected)
    return "right" if len(found.runs) == len(trial.inputs) and all(right) else "wrong"


def main() -> None:
    """Measure a model on some files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llm")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--first", type=int, default=64, help="pairs of each file")
    parser.add_argument("--most", type=int, default=700, help="tokens of a draft")
    parser.add_argument("--out", type=Path, help="where to keep the drafts")
    asked = parser.parse_args()
    llm = load(asked.llm)
    for path in asked.files:
        found: Counter[str] = Counter()
        for line in path.read_text().splitlines()[: asked.first]:
            pair = json.loads(line)
            program = draft(llm, pair["source"], asked.most)
            ended = status(pair, program)
            found[ended] += 1
            if asked.out:
                told = {"file": path.name, "number": pair["number"], "status": ended}
                with asked.out.open("a") as file:
                    file.write(json.dumps(told | {"program": program}) + "\n")
        right = share(found["right"], found.total()).as_dict()
        print(
            json.dumps({"llm": asked.llm, "file": path.name, **found, "share": right}), flush=True
        )


if __name__ == "__main__":
    main()
