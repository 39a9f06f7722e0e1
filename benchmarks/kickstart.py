"""Measure what a model makes of its life: how many of its answers parse, run and are new.

Run `python -m benchmarks.kickstart`. Each prompt starts lives with several seeds through the real
`AutonomousLLM` and the WebAssembly wall, with the default settings of `autoagent run`. Only the
answer that was executed in the end counts; a life that dies early counts with the steps it had.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autoagent import AutonomousLLM, Budget
from autoagent.llm import LLM, load
from autoagent.organism import extract_code
from autoagent.reprompt import gist
from autoagent.steps import Step
from autoagent.walls import open_wall
from sandbox.judge import judge
from sandbox.session import Sandbox

PROMPTS = (
    "Define a function called hello_world",
    "Write a function that adds two numbers and call it",
    "Count from 1 to 10",
    "Make a to-do list that you can add to",
    "Write a class for a bank account",
    "Remember your name in self.name and greet",
    "Compute prime numbers",
    "Write a function that reverses a string and test it",
    "Improve your own step method",
    "Tell a short story with random words",
)
HELD_OUT = (
    "Write a function that converts Celsius to Fahrenheit",
    "Keep a score in self.score and raise it at every step",
    "Sort a list of words by their length",
    "Write a class for a stack and use it",
    "Draw a small picture with characters",
)


@dataclass(frozen=True, slots=True)
class Lived:
    """One run.

    Attributes:
        steps: What it did.
        ended: Why it stopped.
        died: Whether that was its death.
    """

    steps: tuple[Step, ...]
    ended: str
    died: bool


@dataclass(frozen=True, slots=True)
class Share:
    """How many of several cases hold."""

    count: int
    of: int

    @classmethod
    def where(cls, cases: Iterable[bool]) -> "Share":
        """Count the cases that hold."""
        listed = list(cases)
        return cls(sum(listed), len(listed))

    @property
    def percent(self) -> float:
        """The share in percent, 0 when there was no case."""
        return round(100 * self.count / max(self.of, 1), 1)


def parses(step: Step) -> bool:
    """Tell whether the answer holds code, more than comments, and this is Python."""
    code = extract_code(step.response)
    if code is None or gist(code) == gist(""):
        return False
    return all(violation.kind != "syntax" for violation in judge(code).violations)


def runs(step: Step) -> bool:
    """Tell whether the answer was executed without an error, and the organism lived on."""
    return parses(step) and step.alive and not step.error and not step.harm


def repeats(life: Lived) -> Iterator[bool]:
    """Tell for each answer but the first whether it is the previous one again."""
    gists = [gist(extract_code(step.response) or step.response) for step in life.steps]
    return (one == other for one, other in pairwise(gists))


def measured(lives: Sequence[Lived]) -> dict[str, float]:
    """Return all figures for some lives."""
    steps = [step for life in lives for step in life.steps]
    count = max(len(steps), 1)
    return {
        "lives": len(lives),
        "steps": len(steps),
        "parse": Share.where(map(parses, steps)).percent,
        "run": Share.where(map(runs, steps)).percent,
        "change": Share.where(bool(s.changed or s.state) for s in steps).percent,
        "repeat": Share.where(each for life in lives for each in repeats(life)).percent,
        "tokens_in": round(sum(step.tokens_in for step in steps) / count, 1),
        "tokens_out": round(sum(step.tokens_out for step in steps) / count, 1),
        "seconds": round(sum(step.ms for step in steps) / count / 1000, 2),
        "deaths": sum(life.died for life in lives),
    }


def judged(lives: Sequence[Lived]) -> list[tuple[str, int]]:
    """Count the answers by the worst thing that the policy finds in them."""
    counts: Counter[str] = Counter()
    for life in lives:
        for step in life.steps:
            kinds = {v.kind for v in judge(extract_code(step.response) or step.response).violations}
            worst = [kind for kind in ("harm", "syntax", "blocked") if kind in kinds]
            counts[worst[0] if worst else "clean"] += 1
    return counts.most_common()


def live(llm: LLM, wall: Sandbox, prompt: str, seed: int, steps: int, db: Path) -> Lived:
    """Live one life with the default settings."""
    agent = AutonomousLLM(llm, sandbox=wall, seed=seed, db=db)
    done = tuple(agent.run(prompt, budget=Budget(steps=steps)))
    assert agent.ended is not None
    return Lived(done, agent.ended.cause.value, bool(done) and not done[-1].alive)


def table(rows: dict[str, dict[str, float]]) -> Table:
    """Lay the figures out, the last row set off."""
    result = Table("prompt", show_header=True)
    for name in next(iter(rows.values())):
        result.add_column(name, justify="right")
    for prompt, row in rows.items():
        result.add_row(prompt, *(f"{value:g}" for value in row.values()))
    result.rows[-2].end_section = True
    return result


def main() -> None:
    """Run all lives, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument("--prompts", type=int, default=len(PROMPTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--held-out", action="store_true", help="use the other five prompts")
    options = parser.parse_args()
    prompts = (HELD_OUT if options.held_out else PROMPTS)[: options.prompts]
    llm, wall = load(options.llm), open_wall("wasm", print)
    lives: dict[str, list[Lived]] = {prompt: [] for prompt in prompts}
    with tempfile.TemporaryDirectory() as folder:
        for prompt in prompts:
            for seed in range(options.seeds):
                life = live(llm, wall, prompt, seed, options.steps, Path(folder) / "journal.db")
                lives[prompt].append(life)
    wall.close()
    every = [life for group in lives.values() for life in group]
    rows = {prompt: measured(group) for prompt, group in lives.items()}
    total = measured(every)
    Console(width=150).print(table({**rows, "total": total}))
    causes = Counter(life.ended for life in every if life.died)
    print("verdicts on all answers:", ", ".join(f"{n} {kind}" for kind, n in judged(every)))
    print("causes of death:", ", ".join(f"{n} x {c}" for c, n in causes.items()) or "none")
    print(json.dumps({"llm": options.llm, **total, "causes": dict(causes)}))


if __name__ == "__main__":
    main()
