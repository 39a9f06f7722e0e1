"""How often one answer of a model mends a function with bugs, beside random tokens.

    python -m benchmarks.bugfix FOLDER --rounds 4 --samples 25 --llm smollm2 --taught 3 --learnt 128

The bugs are those of `genetic.elm.bugfix`, the question is that of the operator `diff`, with the
message "Fixed bugs."; every answer is a change of the broken function, and none sees another. It
has mended it if what it makes of it is right for every input; that is judged on the host. First
the model is asked as it is, then as it is after it has learnt to mend other functions, each
training with a seed of its own, and last as it is for the whole function, with the operator
`rewrite`. Random tokens change as many tokens on average as there are bugs.

A cell is a round of an arm with so many bugs. One that is over is a line of FOLDER/cells.jsonl and
is not measured again, a training that was cut off goes on: the same command may be stopped and
begun at any time, and more rounds be asked for. FOLDER/curve.png is a picture of the table.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from autoagent.asker import Asker
from autoagent.llm import LLM, load
from autoagent.statistics import share
from benchmarks.bugfix.lessons import fixing, teach
from benchmarks.bugfix.picture import draw
from benchmarks.cells import Cells, Line
from benchmarks.elm import cpu_seconds
from genetic.elm.bugfix import PROBLEMS, Problem, repaired
from genetic.elm.bugfix.looker import Looker
from genetic.elm.operators import Asked, Operator, Tokens

CASES = [
    (name, bugs) for name, problem in PROBLEMS.items() for bugs in range(1, len(problem.bugs) + 1)
]
TEMPERATURE = 0.8
LONGEST = 128
"""Tokens of an answer."""
SUMMED = ("samples", "applied", "valid", "tokens", "cpu")


def measured(
    problem: Problem, bugs: int, operator: Operator, *, samples: int, seed: int, together: int
) -> Line:
    """Return what comes of changing a function with bugs, and the CPU seconds that it takes."""
    with closing(Looker(problem, together=together)) as looker:
        looker.right([problem.source])  # the guest is started
        began = cpu_seconds()
        found = repaired(problem, bugs, operator, looker, samples=samples, seed=seed)
        return {
            "samples": samples,
            "applied": found.applied,
            "valid": found.valid,
            "repairs": dict(found.repairs),
            "cpu": cpu_seconds() - began,
        }


def asked(llm: LLM, operator: str, problem: Problem, bugs: int, *, samples: int, seed: int) -> Line:
    """Return what comes of a model's answers; programs of a model are looked at alone."""
    tokens = list[int]()
    asker = Asker([llm], seed=seed, record=lambda call: tokens.append(call["tokens_out"]))
    asking = Asked(
        fixing(operator),
        task=problem.task,
        function=problem.function,
        ask=asker.ask,
        temperature=TEMPERATURE,
        max_tokens=LONGEST,
    )
    line = measured(problem, bugs, asking, samples=samples, seed=seed, together=1)
    return line | {"tokens": sum(tokens)}


def by_chance(problem: Problem, bugs: int, *, samples: int, seed: int) -> Line:
    """Return what comes of random tokens."""
    operator = Tokens(bugs, lines=0.0)
    line = measured(problem, bugs, operator, samples=samples, seed=seed, together=128)
    return line | {"tokens": 0}


def measure(cells: Cells, given: argparse.Namespace) -> None:
    """Measure the cells that nobody has measured yet."""
    end = time.monotonic() + 60 * given.minutes
    arms = ["tokens", "diff", *(f"taught-{seed}" for seed in range(given.taught)), "rewrite"]
    known = {_key(each) for each in cells.lines}
    for number in range(given.rounds):
        for arm in arms:
            wanted = [each for each in CASES if (arm, number, *each) not in known]
            if not wanted or time.monotonic() > end:
                continue
            llm = None if arm == "tokens" else load(_model(given, arm))
            for name, bugs in wanted:
                if time.monotonic() > end:
                    break
                problem = PROBLEMS[name]
                if llm is None:
                    line = by_chance(problem, bugs, samples=given.chances, seed=number)
                else:
                    operator = "rewrite" if arm == "rewrite" else "diff"
                    line = asked(llm, operator, problem, bugs, samples=given.samples, seed=number)
                cells.add({"arm": arm, "round": number, "problem": name, "bugs": bugs} | line)
                print(cells.lines[-1], flush=True)
            if llm is not None:
                llm.close()


def _model(given: argparse.Namespace, arm: str) -> str:
    """Return the name of an arm's model, which learns first if it is one that has learnt."""
    taught, _, seed = arm.partition("-")
    if taught != "taught":
        return str(given.llm)
    return teach(given.llm, given.folder, learnt=given.learnt, seed=int(seed))


def _key(line: Line) -> tuple[Any, ...]:
    return line["arm"], line["round"], line["problem"], line["bugs"]


def report(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a table: each arm with each number of bugs, and all trainings together."""
    yield (
        "\n| problem | bugs | operator | changes | an edit that fits, % | a program, % "
        "| repaired, % | different repairs | by training | tokens | CPU s | repairs a CPU minute |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    for name, bugs in CASES:
        for kind in ("tokens", "diff", "taught", "rewrite"):
            of = [
                each
                for each in lines
                if (each["arm"].split("-")[0], each["problem"], each["bugs"]) == (kind, name, bugs)
            ]
            if of:
                yield _row(f"| {name} | {bugs} | {kind}", of)


def _row(head: str, of: Sequence[Line]) -> str:
    sums = {what: sum(each[what] for each in of) for what in SUMMED}
    samples, repairs = sums["samples"], [sum(each["repairs"].values()) for each in of]
    arms = sorted({each["arm"] for each in of})
    by = [sum(n for n, each in zip(repairs, of, strict=True) if each["arm"] == a) for a in arms]
    low, value, high = (100 * (each or 0.0) for each in _ends(sum(repairs), samples))
    return (
        f"{head} | {samples:,} | {_percent(sums['applied'], samples)} "
        f"| {_percent(sums['valid'], samples)} | {value:.3g} [{low:.3g}, {high:.3g}] "
        f"| {len({text for each in of for text in each['repairs']})} "
        f"| {', '.join(map(str, by)) if len(arms) > 1 else ''} | {sums['tokens'] / samples:.0f} "
        f"| {sums['cpu'] / samples:.2g} | {60 * sum(repairs) / sums['cpu']:.3g} |"
    )


def _ends(successes: int, trials: int) -> tuple[float | None, float, float | None]:
    found = share(successes, trials)
    return found.low, found.value, found.high


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure where nobody has measured yet, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=25, help="answers of each cell")
    parser.add_argument("--chances", type=int, default=5000, help="random changes of each cell")
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument("--taught", type=int, default=0, help="trainings, each with its seed")
    parser.add_argument("--learnt", type=int, default=128, help="lessons of each training")
    parser.add_argument("--minutes", type=float, default=1e6, help="after which no cell is begun")
    given = parser.parse_args(arguments)
    for name in ("rounds", "samples", "chances", "learnt"):
        if getattr(given, name) < 1:
            parser.error(f"--{name} must be at least 1, got {getattr(given, name)}")
    head = {name: getattr(given, name) for name in ("llm", "samples", "chances", "learnt")}
    try:
        cells = Cells(given.folder / "cells.jsonl", head)
    except ValueError as error:
        parser.error(str(error))
    measure(cells, given)
    print("\n".join(report(cells.lines)))
    draw(cells.lines, given.folder / "curve.png")


if __name__ == "__main__":
    main()
