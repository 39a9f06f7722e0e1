"""Answers of a fine-tuned model: how many held-out pairs it translates or mends right.

    python -m benchmarks.forge MODEL PAIRS.jsonl... [--kind mend] [--anew] [--first N]

Each file is one that ``autoagent forge --split test`` wrote. Answers are greedy, by whatever has
that name as ``--llm`` elsewhere; right is what prints the same for all inputs. Prints a line of
JSON for each file. ``--kind mend`` asks about the wrong translations in it, and ``--anew`` samples
new translations of the same programs instead, to compare with.
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
from genetic.translate.settings import Settings


def draft(llm: LLM, pair: dict[str, Any], *, anew: bool, most: int) -> str:
    """Return a greedy answer to a pair's question, or a new translation as a search samples it."""
    answer = llm.complete(
        pair["source"] if anew else pair["prompt"],
        seed=1,
        temperature=Settings().first_temperature if anew else 0.0,
        max_tokens=most,
        frame=FRAME,
    )
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
    parser.add_argument("--kind", choices=("translation", "mend"), default="translation")
    parser.add_argument("--anew", action="store_true", help="sample new translations")
    parser.add_argument("--first", type=int, default=64, help="questions of each file")
    parser.add_argument("--most", type=int, default=700, help="tokens of an answer")
    parser.add_argument("--out", type=Path, help="where to keep the answers")
    asked = parser.parse_args()
    llm = load(asked.llm)
    for path in asked.files:
        found: Counter[str] = Counter()
        pairs = [json.loads(line) for line in path.read_text().splitlines()]
        for pair in [each for each in pairs if each["kind"] == asked.kind][: asked.first]:
            program = draft(llm, pair, anew=asked.anew, most=asked.most)
            ended = status(pair, program)
            found[ended] += 1
            if asked.out:
                told = {"file": path.name, "number": pair["number"], "status": ended}
                with asked.out.open("a") as file:
                    file.write(json.dumps(told | {"program": program}) + "\n")
        right = share(found["right"], found.total()).as_dict()
        told = {"llm": asked.llm, "file": path.name, "kind": asked.kind, "anew": asked.anew}
        print(json.dumps(told | found | {"share": right}), flush=True)


if __name__ == "__main__":
    main()
