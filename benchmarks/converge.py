"""Measure the search itself: how many questions lead to a correct program.

No figure here is a real model's. The models are simulated (see `benchmarks.simulated`): of known
competence, so that it can be said what the search adds to it. That answers which way of asking
needs fewer questions if models fail as these do; it cannot say how real ones fail.

Everything follows from the seeds, which are the same for all sides: with one seed, all begin with
the same first answers. Intervals are bootstrapped, 95 %. Tables are printed as Markdown.

    python -m benchmarks.converge [--quick] [--workers 2]
"""

from __future__ import annotations

import argparse
import functools
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from autoagent.asker import Asker
from autoagent.similarity import Length, Similarity
from autoagent.statistics import estimate, mean
from benchmarks.simulated import Simulated, SimulatedCompiler
from genetic.algorithm import Breeding
from genetic.executors import open_executor
from genetic.translate.judge import Judge
from genetic.translate.search import Search
from genetic.translate.settings import Settings
from genetic.translate.task import Task, observe
from genetic.translate.tasks import load_tasks

RESAMPLES = 10_000
SOLUTIONS = Path(__file__).parents[1] / "tests" / "genetic" / "solutions"


@dataclass(frozen=True, slots=True)
class Cell:
    """A model and a task.

    Attributes:
        k: The mean number of faulty lines in a first answer.
        p: The probability that a reported fault is mended.
        stubborn: The share of the lines whose faults are never mended.
        dialects: In how many ways the model writes the same program.
        task: Of which the reference is taken.
        real: Whether the real compiler judges.
        cap: Questions after which a search is given up; it then counts as if it had needed these.
    """

    k: float
    p: float
    stubborn: float = 0.0
    dialects: int = 1
    task: str = "collatz"
    real: bool = False
    cap: int = 3000

    def __str__(self) -> str:
        more = f", stubborn {self.stubborn:g}" if self.stubborn else ""
        more += f", dialects {self.dialects}" if self.dialects > 1 else ""
        return f"k {self.k:g}, p {self.p:g}{more}"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search.

    Attributes:
        settings: How.
        worse: By how much the faults of each further model are more than the first one's.
        per_island: Whether each island asks one model alone.
        first: If none of so many tests comes out right, the others are not tried.
    """

    settings: Settings = field(default_factory=Settings)
    worse: tuple[float, ...] = ()
    per_island: bool = False
    first: int = 0

    def changed(self, **given: Any) -> Way:
        """Return it with other settings, or settings of its breeding."""
        bred = {name: given.pop(name) for name in Breeding.__dataclass_fields__ if name in given}
        breeding = replace(self.settings.breeding, **bred)
        return replace(self, settings=replace(self.settings, breeding=breeding, **given))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a search.

    Attributes:
        calls: Questions.
        runs: How often a program was run on an input; 0 where the real compiler judged.
        correct: Whether it came to a correct program.
    """

    calls: int
    runs: int
    correct: bool


Job = tuple[Way, Cell, int]
GA = Way()
FRESH = GA.changed(novelty=None, diversity=1.0, crossover=0.0, keep_top=0.0)
WAYS = {
    "best of N": FRESH.changed(healing=0),
    "healing alone": FRESH,
    "healed 20 times": FRESH.changed(healing=20),
    "GA": GA,
}


def searched(job: Job) -> Outcome:
    """Search once."""
    way, cell, seed = job
    reference = (SOLUTIONS / f"{cell.task}.c").read_text("utf-8")
    models = [
        Simulated(
            reference,
            faults=cell.k * worse,
            mends=cell.p,
            stubborn=cell.stubborn,
            dialects=cell.dialects,
            name=f"simulated {number}",
        )
        for number, worse in enumerate((1.0, *way.worse))
    ]
    compiler = SimulatedCompiler(reference)
    task = observed(cell.task) if cell.real else compiler.task
    executor: Any = open_executor("local") if cell.real else compiler
    length = Similarity([(Length(), 1.0)])
    judge = Judge(task, target="c", executor=executor, similarity=length, first=way.first)
    search = Search(
        task,
        judge=judge,
        target="c",
        settings=replace(way.settings, calls=cell.cap, generations=cell.cap),
        asker=Asker(models, seed=seed),
        models=[[number] for number in range(len(models))] if way.per_island else (),
        seed=seed,
    )
    last = max(search.generations(), key=lambda generation: generation.number)
    executor.close()
    correct = last.best.fitness.correct
    return Outcome(last.calls if correct else cell.cap, compiler.runs, correct)


@functools.cache
def observed(name: str) -> Task:
    """Return a bundled task."""
    (bundled,) = load_tasks(name)
    inputs = {str(number): data for number, data in enumerate(bundled.inputs)}
    return observe(bundled.source, "javascript", inputs)


class Table:
    """Rows of searches that are run together; then each says its cells."""

    def __init__(self, title: str, heads: Sequence[str], say: Callable[..., Iterable[str]]) -> None:
        self.title = title
        self.heads = heads
        self.rows: list[tuple[str, list[list[Job]]]] = []
        self._say = say

    def add(self, name: str, *columns: Iterable[Job]) -> None:
        """Add a row: each column is a list of searches."""
        self.rows.append((name, [list(column) for column in columns]))

    def jobs(self) -> Iterable[Job]:
        """Return all searches."""
        return (job for _, columns in self.rows for column in columns for job in column)

    def show(self, found: dict[Job, Outcome]) -> None:
        """Print it."""
        print(f"\n**{self.title}**\n\n| {' | '.join(self.heads)} |\n|{'---|' * len(self.heads)}")
        for name, columns in self.rows:
            told = self._say([[found[job] for job in column] for column in columns])
            print(f"| {' | '.join([name, *told])} |", flush=True)


def median(outcomes: Sequence[Outcome]) -> str:
    """Say the median of the questions, and how many searches were given up."""
    calls = estimate(np.median, [each.calls for each in outcomes], resamples=RESAMPLES)
    failed = sum(not outcome.correct for outcome in outcomes)
    return f"{calls:.0f}" + f" ({failed}†)" * (failed > 0)


def ratio(
    ours: Sequence[Outcome],
    theirs: Sequence[Outcome],
    cost: Callable[[Outcome], int] = lambda outcome: outcome.calls,
) -> str:
    """Say how many times as much one side takes, seed by seed: the geometric mean."""
    pairs = zip(ours, theirs, strict=True)
    logs = mean(
        [math.log(max(cost(mine), 1) / max(cost(its), 1)) for mine, its in pairs],
        resamples=RESAMPLES,
    )
    assert logs.low is not None, "there are several seeds"
    assert logs.high is not None
    verdict = "" if logs.low <= 0 <= logs.high else "**"
    value, low, high = map(math.exp, (logs.value, logs.low, logs.high))
    return f"{verdict}{value:.2f}{verdict} [{low:.2f}, {high:.2f}]"


def seeds(way: Way, cell: Cell, count: int) -> list[Job]:
    """Return the same search with different seeds."""
    if not way.settings.healing:  # what is never mended does not depend on how well it would be
        cell = replace(cell, p=0.5, stubborn=0.0)
    return [(way, cell, seed) for seed in range(count)]


def of_ways(columns: list[list[Outcome]]) -> Iterable[str]:
    """Say medians, and how the last column compares with each before."""
    yield from map(median, columns)
    yield from (ratio(columns[-1], column) for column in columns[1:-1])


def grid(quick: bool, count: int) -> Iterable[Table]:
    """Compare the ways to search."""
    heads = [*WAYS, "GA / healing alone", "GA / healed 20 times"]
    for stubborn in (0.3,) if quick else (0.0, 0.3):
        table = Table(
            f"Questions until a correct program: median [95 %], stubborn {stubborn}, 3 dialects, "
            f"{count} seeds, simulated compiler, given up after 3000",
            ["k", "p", *heads],
            of_ways,
        )
        for k in (5, 10) if quick else (2, 5, 10):
            for p in (0.5,) if quick else (0.2, 0.5, 0.8):
                cell = Cell(k, p, stubborn, 3)
                ways = [seeds(way, cell, count) for way in WAYS.values()]
                table.add(f"{k} | {p}", *ways)
        yield table


def real(quick: bool, count: int) -> Table:
    """Compare them where the real compiler judges."""
    names = ("healing alone", "GA")
    table = Table(
        f"The same with the real compiler beside the simulated one: median [95 %], {count} seeds, "
        "stubborn 0.3, given up after 600",
        ["task", "lines", "k", "p", *(f"{n}, {by}" for n in names for by in ("real", "simulated"))],
        lambda columns: map(median, columns),
    )
    for task, k in (("caesar", 4),) if quick else (("caesar", 4), ("collatz", 7), ("roman", 8)):
        lines = len((SOLUTIONS / f"{task}.c").read_text("utf-8").splitlines())
        columns = [
            seeds(WAYS[name], Cell(k, 0.4, 0.3, 1, task, is_real, 600), count)
            for name in names
            for is_real in (True, False)
        ]
        table.add(f"{task} | {lines} | {k} | 0.4", *columns)
    return table


CELLS = (Cell(10, 0.5), Cell(8, 0.3, 0.3), Cell(10, 0.5, 0.3, 3))
NO_TOP = GA.changed(keep_top=0.0)
ISLANDS = GA.changed(islands=3, population=10)
CHANGES = {
    "crossover: never": (GA, GA.changed(crossover=0.0)),
    "fix-ups of children: none": (GA, GA.changed(mend_children=False)),
    "novelty: off": (GA, GA.changed(novelty=None)),
    "keep_top: 0": (GA, NO_TOP),
    "diversity: 0.01": (GA, GA.changed(diversity=0.01)),
    "diversity: 0.1": (GA, GA.changed(diversity=0.1)),
    "elitism: 0": (GA, GA.changed(elitism=0.0)),
    "elitism: 0.35": (GA, GA.changed(elitism=0.35)),
    "healing: 1": (GA, GA.changed(healing=1)),
    "healing: none": (GA, GA.changed(healing=0)),
    "mutation_rate: 0.005": (GA, GA.changed(mutation_rate=0.005)),
    "mutation_rate: 0.0005": (GA, GA.changed(mutation_rate=0.0005)),
    "tightening: 1": (GA, GA.changed(tightening=1.0)),
    "patience: no end": (GA, GA.changed(patience=None)),
    "patience: 2": (GA, GA.changed(patience=2)),
    "hall: 4": (GA, GA.changed(hall=4)),
    "hall: 4, where keep_top is 0": (NO_TOP, NO_TOP.changed(hall=4)),
    "islands: 3 of 10": (GA, ISLANDS),
    "migration: none, 3 islands": (ISLANDS, ISLANDS.changed(migrate_every=0)),
}
PAIR = replace(GA, worse=(2.5,))
TWO_ISLANDS = PAIR.changed(islands=2, population=15)
MODELS = {
    "the worse model, too, by a bandit": (GA, PAIR),
    "one island for each model, not a bandit": (PAIR, replace(TWO_ISLANDS, per_island=True)),
    "the same, beside a bandit on two islands": (
        TWO_ISLANDS,
        replace(TWO_ISLANDS, per_island=True),
    ),
}


def changes(
    title: str, rows: dict[str, tuple[Way, Way]], cells: Sequence[Cell], count: int, **how: Any
) -> Table:
    """Compare ways with changed ones."""

    def say(columns: list[list[Outcome]]) -> Iterable[str]:
        default, changed = columns[::2], columns[1::2]
        yield from (ratio(*pair, **how) for pair in zip(changed, default, strict=True))
        yield ratio([*chain(*changed)], [*chain(*default)], **how)

    table = Table(title, ["change", *map(str, cells), "all"], say)
    for name, sides in rows.items():
        table.add(name, *(seeds(way, cell, count) for cell in cells for way in sides))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cells and seeds")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    quick, count = given.quick, 5 if given.quick else 20
    cells = CELLS[-1:] if quick else CELLS
    tables = [
        *grid(quick, count),
        real(quick, 2 if quick else 8),
        changes(
            "What a change of the defaults costs: questions, as a multiple of those without it",
            CHANGES,
            cells,
            count,
        ),
        changes("Two models, one with 2.5 times the faults: questions", MODELS, cells, count),
        changes(
            "A cascade: programs that were run, as a multiple of those without it",
            {
                "first: 1 of 8": (GA, replace(GA, first=1)),
                "first: 3 of 8": (GA, replace(GA, first=3)),
            },
            cells,
            count,
            cost=lambda outcome: outcome.runs,
        ),
    ]
    started = time.monotonic()
    print(f"SIMULATED models. `python -m benchmarks.converge{' --quick' * quick}`, {date.today()},")
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    jobs = list(dict.fromkeys(job for table in tables for job in table.jobs()))
    with ProcessPoolExecutor(given.workers) as pool:
        found = {}
        for job, outcome in zip(jobs, pool.map(searched, jobs), strict=True):
            found[job] = outcome
            if sys.stderr.isatty():
                print(f"\r{len(found)} of {len(jobs)} searches", end="", file=sys.stderr)
    for table in tables:
        table.show(found)
    print("\n† given up, counted as if they had needed as many questions as they were allowed")
    print(f"\n{len(jobs)} searches in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
