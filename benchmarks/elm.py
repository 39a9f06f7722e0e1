"""Measures MAP-Elites: what a search costs beside the physics, and how often one change repairs.

    python -m benchmarks.elm overhead --evaluations 1000
    python -m benchmarks.elm bugfix --samples 100000

Each prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from autoagent.journal import Journal
from genetic.elm import ElitesRun, Plan, open_domain
from genetic.elm.bugfix import PROBLEMS, repaired
from genetic.elm.bugfix.looker import Looker
from genetic.elm.operators import Tokens
from genetic.elm.sodarace import physics

TOGETHER = 64
PAPER = {("parity", 5): "0 of 100,000"}
"""What the paper says of genetic programming."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["overhead", "bugfix"])
    parser.add_argument("--domain", default="sodarace:flat")
    parser.add_argument("--evaluations", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--problem", choices=list(PROBLEMS), help="Only this one.")
    given = parser.parse_args()
    if given.what == "overhead":
        overhead(given.domain, given.evaluations, given.seeds)
    else:
        bugfix([given.problem] if given.problem else list(PROBLEMS), given.samples)


def overhead(domain: str, evaluations: int, seeds: int) -> None:
    """Print what a search takes beside the simulation of its walkers, in CPU time of all its parts.

    Other processes disturb that less than the time on the clock.
    """
    print(
        "| seed | evaluations | walkers | evaluations/s | CPU in physics | CPU beside it | share |"
    )
    print("|---|---|---|---|---|---|---|")
    for seed in range(seeds):
        with physics_timed() as simulated:
            seconds, cpu = searched(domain, evaluations, seed)
        bare = sum(simulated)
        print(
            f"| {seed} | {evaluations:,} | {len(simulated):,} | {evaluations / seconds:.1f} "
            f"| {bare:.1f} s | {cpu - bare:.1f} s | {(cpu / bare - 1) * 100:.1f} % |",
            flush=True,
        )


def cpu_seconds() -> float:
    """Return the CPU time of this process and of those that look at programs for it."""
    children = psutil.Process().children(recursive=True)
    times = [child.cpu_times() for child in children]
    return time.process_time() + sum(each.user + each.system for each in times)


@contextmanager
def physics_timed() -> Iterator[list[float]]:
    """Collect the CPU seconds of each simulation."""
    bare, taken = physics.distance, list[float]()

    def timed(walker: physics.Walker, terrain: physics.Terrain) -> float:
        began = time.process_time()
        try:
            return bare(walker, terrain)
        finally:
            taken.append(time.process_time() - began)

    physics.distance = timed
    try:
        yield taken
    finally:
        physics.distance = bare


def searched(domain: str, evaluations: int, seed: int) -> tuple[float, float]:
    """Run a search, and return how long it took, and how much CPU."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Journal(Path(folder, "journal.db"))) as journal,
        closing(open_domain(domain, together=TOGETHER)) as opened,
    ):
        plan = Plan(
            domain=domain,
            operator="tokens",
            evaluations=evaluations,
            batch=TOGETHER,
            starts=tuple(opened.seeds),
            seed=seed,
        )
        search = ElitesRun(plan, opened, journal=journal)
        opened.judge(list(opened.seeds.values())[:1])  # the guest is started
        began, before = time.perf_counter(), cpu_seconds()
        search.run(lambda batch: None)
        return time.perf_counter() - began, cpu_seconds() - before


def bugfix(names: list[str], samples: int) -> None:
    """Print how often random tokens repair, where as many change on average as there are bugs."""
    print(
        "| problem | bugs | samples | programs | valid | repaired, per 100,000 | paper | seconds |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for problem in map(PROBLEMS.__getitem__, names):
        with closing(Looker(problem, together=128)) as looker:
            for bugs in range(1, len(problem.bugs) + 1):
                began = time.perf_counter()
                operator = Tokens(bugs, lines=0.0)
                found = repaired(problem, bugs, operator, looker, samples=samples, seed=0)
                share = found.estimate
                low, high = ((end or 0.0) * 100_000 for end in (share.low, share.high))
                print(
                    f"| {problem.name} | {bugs} | {samples:,} | {found.distinct:,} "
                    f"| {found.valid / samples:.0%} "
                    f"| {share.value * 100_000:.1f} [{low:.1f}, {high:.1f}] "
                    f"| {PAPER.get((problem.name, bugs), '')} "
                    f"| {time.perf_counter() - began:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
