"""Measure the search itself: how many questions lead to a correct program.

No figure here is a real model's. The models are simulated (see `benchmarks.world`): of known
competence, so that it can be said what the search adds to it. That answers which way of asking
needs fewer questions if models fail as these do; it cannot say how real ones fail.

Each seed is a world of its own: another draw of the task, of the stubborn lines, of what each
fault does. Means are geometric, over seeds; intervals are bootstrapped over them, 95 %. The best
fixed strategy of a cell is chosen on other seeds than those that it is judged on, and the adaptive
strategy's constants were tuned on others again. Tables are printed as Markdown.

    python -m benchmarks.converge [--seeds 100] [--workers 1] [--real]
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoagent.asker import Asker
from autoagent.similarity import Length, Similarity
from benchmarks.simulated import Simulated
from benchmarks.world import SOLUTIONS, Cell, World
from genetic.algorithm import Breeding, Evolution
from genetic.executors import open_executor
from genetic.islands import Archipelago, Population
from genetic.rex import Rex
from genetic.translate.judge import Judge
from genetic.translate.search import Search
from genetic.translate.settings import Settings
from genetic.translate.task import observe
from genetic.translate.tasks import load_tasks
from genetic.tree import Tree

CAP = 3000
"""Questions after which a search is given up; it counts as if it had needed these."""
CHOICE = 500_000
"""The first seed of those on which the best fixed strategies are chosen."""
RESAMPLES = 10_000
ALLOWED = 1.15
MORE = 2
"""The goal: so many times the questions of the best fixed strategy, or so many more."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search.

    Attributes:
        breeding: How populations breed.
        kind: What decides what is born next.
        healing: How often a program is mended at its birth.
        novelty: How often what is known is drafted anew.
        batch: Births that are decided on together.
        islands: How many populations there are.
    """

    breeding: Breeding = field(default_factory=Breeding)
    kind: type[Evolution[Any]] | type[Tree[Any]] | type[Rex[Any]] = Evolution
    healing: int = 3
    novelty: int | None = 1
    batch: int = 1
    islands: int = 1

    def bred(self, **given: Any) -> Way:
        """Return it with other settings of its breeding."""
        return replace(self, breeding=replace(self.breeding, **given))


GENETIC = Way()
FRESH = Way(
    Breeding(population=1, keep_top=0, diversity=1, crossover=0, patience=None), novelty=None
)
DRAFTS = replace(FRESH, healing=0)
ADAPTIVE = Way(kind=Tree, healing=0, novelty=None)
REX = Way(kind=Rex, healing=0, novelty=None)
FIXED = {
    "best of N": DRAFTS,
    "mended 3": FRESH,
    "mended 20": replace(FRESH, healing=20),
    "genetic": GENETIC,
}
CELLS = tuple(Cell(k, p, s) for s in (0.0, 0.3) for k in (2, 5, 10) for p in (0.2, 0.5, 0.8))
FEW = (Cell(2, 0.5, 0.3), Cell(5, 0.5), Cell(10, 0.5), Cell(5, 0.5, 0.3), Cell(10, 0.5, 0.3))

Job = tuple[Way, Cell, int]


def questions(job: Job) -> float:
    """Return how many questions a search took."""
    way, cell, seed = job
    if way == DRAFTS:
        cell = replace(cell, p=0.5, stubborn=0.0)  # nothing is mended
    world = World(cell, seed, healing=way.healing, novelty=way.novelty, cap=CAP)

    def population(number: int) -> Population[Any]:
        own, name = seed * 1000 + number, str(number)
        if issubclass(way.kind, Evolution):
            return way.kind(world, way.breeding, seed=own, name=name)
        return way.kind(
            world,
            way.breeding,
            seed=own,
            name=name,
            batch=way.batch,
            identity=lambda made: made.program,
        )

    archipelago = Archipelago([population(n) for n in range(way.islands)], world)
    while not world.is_over:
        archipelago.step()
    return world.calls if world.solved else CAP


class Found:
    """Searches that were done, each once."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._known: dict[Job, float] = {}

    def do(self, jobs: Iterable[Job]) -> None:
        """Do those that are not done."""
        left = [job for job in dict.fromkeys(jobs) if job not in self._known]
        with ProcessPoolExecutor(self._workers) as pool:
            for job, calls in zip(left, pool.map(questions, left, chunksize=8), strict=True):
                self._known[job] = calls
                if sys.stderr.isatty():
                    print(f"\r{len(self._known)} searches", end="", file=sys.stderr)

    def of(self, way: Way, cell: Cell, seeds: Iterable[int]) -> Numbers:
        """Return the questions of a way, a number for each seed."""
        return np.array([self._known[way, cell, seed] for seed in seeds])

    def __len__(self) -> int:
        return len(self._known)


def geometric(calls: Numbers) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.log(calls).mean()))


def interval(*samples: Numbers, of: Any) -> tuple[float, float, float]:
    """Return a figure of geometric means, and its interval; seeds are drawn together."""
    logs = np.log(np.stack(samples))
    drawn = np.random.default_rng(0).integers(logs.shape[1], size=(RESAMPLES, logs.shape[1]))
    means = np.exp([log[drawn].mean(axis=1) for log in logs])
    values = of(*means)
    low, high = np.quantile(values, (0.025, 0.975))
    return float(of(*np.exp(logs.mean(axis=1)))), float(low), float(high)


def told(found: tuple[float, float, float]) -> str:
    """Say a figure with its interval."""
    value, low, high = found
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


def share(ours: Numbers, best: Numbers) -> Numbers:
    """Return how much of what is allowed was used."""
    allowed: Numbers = ours / np.maximum(ALLOWED * best, best + MORE)
    return allowed


def mean_of(calls: Numbers) -> str:
    """Say the geometric mean of questions, and how many searches were given up."""
    failed = int((calls >= CAP).sum())
    return f"{geometric(calls):.1f}" + f" ({failed}†)" * (failed > 0)


def grid(found: Found, seeds: Sequence[int], choice: Sequence[int]) -> None:
    """Compare the adaptive strategy with all fixed ones, cell by cell."""
    every = [*FIXED.values(), ADAPTIVE]
    found.do((way, cell, seed) for cell in CELLS for way in every for seed in seeds)
    found.do((way, cell, seed) for cell in CELLS for way in FIXED.values() for seed in choice)
    print(
        f"\n**Questions until a correct program: geometric means over {len(seeds)} draws, 3 "
        f"dialects, given up after {CAP}**\n"
    )
    heads = ["stubborn", "k", "p", *FIXED, "adaptive", "best fixed", "adaptive / best", "of goal"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    largest, lowest, logs = (0.0, 0.0, 0.0), 0.0, []
    for cell in CELLS:
        name = min(FIXED, key=lambda each: geometric(found.of(FIXED[each], cell, choice)))
        ours, best = (found.of(way, cell, seeds) for way in (ADAPTIVE, FIXED[name]))
        ratio, goal = interval(ours, best, of=np.divide), interval(ours, best, of=share)
        largest, lowest = max(largest, goal), max(lowest, goal[1])
        logs.append(np.log(ours / best))
        means = [mean_of(found.of(way, cell, seeds)) for way in every]
        row = [f"{cell.stubborn:g}", f"{cell.k}", f"{cell.p}", *means, name, told(ratio)]
        print(f"| {' | '.join([*row, told(goal)])} |", flush=True)
    print(
        f"\nThe goal is {ALLOWED} times the best fixed strategy's questions, or {MORE} more. The "
        f"largest share of it: {told(largest)}; the largest lower bound: {lowest:.2f}."
    )
    print("\nAll cells, adaptive as a multiple of:\n")
    sides = {
        name: [np.log(found.of(ADAPTIVE, c, seeds) / found.of(way, c, seeds)) for c in CELLS]
        for name, way in FIXED.items()
    }
    for name, ratios in {**sides, "the best fixed one of each cell": logs}.items():
        overall = np.exp(np.mean(ratios, axis=0))
        print(f"- {name}: {told(interval(overall, of=lambda value: value))}")


def published(found: Found, count: int) -> None:
    """Compare the adaptive strategy with REx's heuristic, cell by cell."""
    seeds = range(count)
    print(
        f"\n**REx (arXiv 2405.17503): questions, geometric means over {count} draws**\n\n"
        "| stubborn | k | p | REx | adaptive | adaptive / REx |\n|---|---|---|---|---|---|"
    )
    logs = []
    for cell in CELLS:
        found.do((way, cell, seed) for way in (REX, ADAPTIVE) for seed in seeds)
        theirs, ours = (found.of(way, cell, seeds) for way in (REX, ADAPTIVE))
        logs.append(np.log(ours / theirs))
        row = [f"{cell.stubborn:g}", f"{cell.k}", f"{cell.p}", mean_of(theirs), mean_of(ours)]
        print(f"| {' | '.join([*row, told(interval(ours, theirs, of=np.divide))])} |", flush=True)
    overall = np.exp(np.mean(logs, axis=0))
    print(f"\nAll cells: {told(interval(overall, of=lambda value: value))}")


def compared(
    found: Found, title: str, rows: dict[str, tuple[Way, Way]], cells: Sequence[Cell], count: int
) -> None:
    """Compare ways with changed ones: a row for each."""
    seeds = range(count)
    found.do(
        (way, cell, seed)
        for sides in rows.values()
        for way in sides
        for cell in cells
        for seed in seeds
    )
    names = [f"k {c.k}, p {c.p}" + f", stubborn {c.stubborn}" * bool(c.stubborn) for c in cells]
    heads = ["change", *names, "all"]
    print(f"\n**{title}, {count} draws**\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name, (before, after) in rows.items():
        pairs = [[found.of(way, cell, seeds) for way in (after, before)] for cell in cells]
        row = [told(interval(*pair, of=np.divide)) for pair in pairs]
        overall = np.exp(np.mean([np.log(ours / theirs) for ours, theirs in pairs], axis=0))
        row.append(told(interval(overall, of=lambda value: value)))
        print(f"| {' | '.join([name, *row])} |", flush=True)


WORLDS = {
    "as above": {},
    "no answer breaks anything": {"breaks": 0.0},
    "three of ten answers break something": {"breaks": 0.3},
    "one dialect": {"dialects": 1},
    "the fitness is misled where the compiler stops": {"misled": True},
}


def worlds(found: Found, count: int) -> None:
    """Compare the adaptive strategy with the best fixed one in other worlds."""
    seeds, choice = range(count), range(CHOICE, CHOICE + count)
    heads = ["world", *(f"k {c.k}, stubborn {c.stubborn:g}" for c in FEW)]
    print(
        f"\n**Other worlds (p 0.5): adaptive as a multiple of the best fixed strategy, {count} "
        f"draws**\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
    )
    for name, changed in WORLDS.items():
        row = [name]
        for cell in (replace(cell, **changed) for cell in FEW):
            found.do((way, cell, s) for way in FIXED.values() for s in (*seeds, *choice))
            found.do((ADAPTIVE, cell, s) for s in seeds)
            best = min(FIXED.values(), key=lambda way: geometric(found.of(way, cell, choice)))
            sides = (found.of(way, cell, seeds) for way in (ADAPTIVE, best))
            row.append(told(interval(*sides, of=np.divide)))
        print(f"| {' | '.join(row)} |", flush=True)


SIDE_BY_SIDE = {f"batch: {n}": (ADAPTIVE, replace(ADAPTIVE, batch=n)) for n in (2, 4, 8)} | {
    "islands: 3": (ADAPTIVE, replace(ADAPTIVE, islands=3)),
}
CHANGES = {
    "crossover: never": GENETIC.bred(crossover=0.0),
    "novelty: off": replace(GENETIC, novelty=None),
    "keep_top: 0": GENETIC.bred(keep_top=0.0),
    "diversity: 0.1": GENETIC.bred(diversity=0.1),
    "elitism: 0": GENETIC.bred(elitism=0.0),
    "elitism: 0.35": GENETIC.bred(elitism=0.35),
    "healing: 1": replace(GENETIC, healing=1),
    "healing: none": replace(GENETIC, healing=0),
    "tightening: 1": GENETIC.bred(tightening=1.0),
    "patience: no end": GENETIC.bred(patience=None),
    "patience: 2": GENETIC.bred(patience=2),
    "islands: 3 of 10": replace(GENETIC.bred(population=10), islands=3),
}


def real(count: int) -> None:
    """Compare the adaptive and the genetic strategy where the real compiler judges."""
    print(
        f"\n**The real engine, and the real compiler: questions, geometric means over {count} "
        "draws, stubborn 0.3, p 0.4, given up after 200**\n\n| task | k | adaptive | genetic |\n"
        "|---|---|---|---|"
    )
    for name, k in (("caesar", 4), ("collatz", 5), ("roman", 6)):
        cells = [
            mean_of(np.array([compiled(name, k, strategy, seed) for seed in range(count)]) + 0.0)
            for strategy in ("adaptive", "genetic")
        ]
        print(f"| {name} | {k} | {' | '.join(cells)} |", flush=True)


def compiled(name: str, k: float, strategy: str, seed: int) -> int:
    """Return the questions of a search with a simulated model and the real compiler."""
    (bundled,) = load_tasks(name)
    inputs = {str(number): data for number, data in enumerate(bundled.inputs)}
    task = observe(bundled.source, "javascript", inputs)
    reference = (SOLUTIONS / f"{name}.c").read_text("utf-8")
    model = Simulated(
        reference, faults=k, mends=0.4, stubborn=0.3, breaks=0.1, dialects=3, draw=seed
    )
    with closing(open_executor("local")) as executor:
        judge = Judge(task, target="c", executor=executor, similarity=Similarity([(Length(), 1.0)]))
        settings = Settings(strategy=strategy, calls=200, generations=200)
        search = Search(
            task,
            judge=judge,
            target="c",
            settings=settings,
            asker=Asker([model], seed=seed),
            seed=seed,
        )
        *_, last = search.generations()
    return last.calls if last.best.fitness.correct else 200


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="draws of each cell")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rex", type=int, metavar="DRAWS", help="REx beside adaptive, alone")
    parser.add_argument("--real", action="store_true", help="the real compiler, too; takes long")
    given = parser.parse_args()
    started, found = time.monotonic(), Found(given.workers)
    command = " ".join(["python -m benchmarks.converge", *sys.argv[1:]])
    print(f"SIMULATED models. `{command}`, {date.today()},")
    print(f"{platform.machine()}, Python {platform.python_version()}")
    if given.rex is not None:
        published(found, given.rex)
        return
    few = math.ceil(given.seeds / 4)
    grid(found, range(given.seeds), range(CHOICE, CHOICE + given.seeds))
    worlds(found, few)
    compared(
        found,
        "What it costs to decide on several births together: questions, as a multiple",
        SIDE_BY_SIDE,
        FEW,
        given.seeds,
    )
    compared(
        found,
        "What a change of the genetic strategy costs: questions, as a multiple",
        {name: (GENETIC, way) for name, way in CHANGES.items()},
        (FEW[2], FEW[3], FEW[4]),
        few,
    )
    if given.real:
        real(5)
    print("\n† given up, counted as if they had needed as many questions as they were allowed")
    print(f"\n{len(found)} searches in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
