"""Numbers and a program looked for in six ways: `python -m benchmarks.optimize FOLDER`.

    pip install -c constraints.txt ioh==0.4.2 -e '.[optimize]'
    python -m benchmarks.optimize simulated --seeds 8
    python -m benchmarks.optimize smollm2 --seeds 3 --calls 20 --llm smollm2 --minutes 60

By chance, by TPE, by CMA-ES, by the hybrid (CMA-ES with a model that sees its state), by the hybrid
with one that writes numbers by chance, near the mean, and by `optimize` (a model alone, which sees
what was tried). The functions are x² + y², Rosenbrock's in ten dimensions, those of COCO's suite
BBOB by their number (as the package ioh has them, in five dimensions, each seed an instance), and
golf: a program made shorter while it passes its tests, as a text, or by 22 switches. All but random
search begin at one point of the seed's, and all have as many calls. The model is simulated unless
one is named.

A cell is a function, a seed and a way to look. One that is over is a line of FOLDER/cells.jsonl,
and is not looked at again: the command may be stopped and begun at any time, with more of each.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path

from autoagent.llm import LLM, load
from benchmarks.cells import Cells, Line
from benchmarks.optimize.contenders import Contender, by_chance, by_hybrid, by_model, by_tpe
from benchmarks.optimize.golf import Golf
from benchmarks.optimize.models import Counted, Simulated
from benchmarks.optimize.problems import TITLES, Problem, problem
from benchmarks.optimize.report import report

CALLS = 200
Cell = tuple[int, str, str]


def contenders(model: LLM, control: LLM) -> dict[str, Contender]:
    """Return who looks, by name."""
    return {
        "random search": by_chance,
        "TPE": by_tpe,
        "CMA-ES": partial(by_hybrid, None),
        "by chance at the mean": partial(by_hybrid, control),
        "hybrid": partial(by_hybrid, model),
        "optimize": partial(by_model, model),
    }


def looked(contender: Contender, where: Problem, calls: int, seed: int) -> Line:
    """Return the best value after each call, and how many calls had none."""
    began, best, failed = time.monotonic(), list[float](), 0
    for value in contender(where, calls, seed):
        failed += value is None
        known = [*best[-1:], *([] if value is None else [value])]
        best.append(min(known))
    return {"best": best, "failed": failed, "seconds": time.monotonic() - began}


def fill(cells: Cells, wanted: Iterable[Cell], calls: int, llm: LLM, end: float) -> None:
    """Look wherever nobody has looked yet, until a time."""
    over = {(each["seed"], each["function"], each["who"]) for each in cells.lines}
    with closing(Golf()) as golf:
        for seed, name, who in wanted:
            if (seed, name, who) in over or time.monotonic() > end:
                continue
            model = Counted(llm)
            contender = contenders(model, Simulated(insight=False))[who]
            found = looked(contender, problem(name, seed, golf), calls, seed)
            cells.add({"function": name, "seed": seed, "who": who, **found, **model.spent})
            print(f"{name}, seed {seed}, {who}: {found['best'][-1]:.4g}", flush=True)


def main() -> None:
    """Look where nobody has looked yet, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--functions", default=",".join(TITLES), help=f"of {', '.join(TITLES)}")
    parser.add_argument("--ways", help="such as hybrid,optimize (default: all of them)")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--llm", help="A model's name (default: the simulated one).")
    parser.add_argument("--minutes", type=float, default=1e6, help="after which no cell is begun")
    given = parser.parse_args()
    functions = given.functions.split(",")
    if unknown := sorted(set(functions) - set(TITLES)):
        parser.error(f"unknown function {unknown[0]!r}; known: {', '.join(TITLES)}")
    head: Mapping[str, object] = {"calls": given.calls, "llm": given.llm}
    try:
        cells = Cells(given.folder / "cells.jsonl", head)
    except ValueError as error:
        parser.error(str(error))
    end = time.monotonic() + 60 * given.minutes
    with closing(load(given.llm) if given.llm else Simulated()) as llm:
        known = contenders(llm, llm)
        ways = given.ways.split(",") if given.ways else list(known)
        if unknown := sorted(set(ways) - set(known)):
            parser.error(f"unknown way {unknown[0]!r}; known: {', '.join(known)}")
        wanted = product(range(given.seeds), functions, ways)
        fill(cells, wanted, given.calls, llm, end)
    print("\n".join(report(cells.lines, given.calls)))


if __name__ == "__main__":
    main()
