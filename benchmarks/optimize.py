"""Numbers looked for by chance, by TPE, by CMA-ES, and by CMA-ES with a model that sees its state.

    pip install ioh==0.4.2 'autoagent-runtime[optimize]'
    python -m benchmarks.optimize --functions sphere,rosenbrock,1,8,10,15,20,21 --seeds 8
    python -m benchmarks.optimize --functions sphere --seeds 3 --llm smollm2

The functions are x² + y², Rosenbrock's in ten dimensions, and those of COCO's suite BBOB by their
number (as the package ioh has them), in five dimensions, of which each seed is an instance. All but
random search begin around one point of the seed's, and all have as many evaluations. The model is
simulated unless one is named: it reads what it is shown and no more, steps from the mean through
the best, and writes no list in three answers of ten. Beside it stands one that writes numbers by
chance, near the mean: what helps there is no insight.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
import optuna

from autoagent.asker import Asker
from autoagent.llm import LLM, PYTHON, Completion, Frame, load
from autoagent.statistics import mean
from genetic.hybrid import Hybrid

LOW, HIGH, STEP = -5.0, 5.0, 2.0
CALLS = (25, 50, 100, 200)
LIST = re.compile(r"\[([^\[\]]*)\]")
Function = Callable[[Sequence[float]], float]
Contender = Callable[[Function, list[float], int, int], None]


class Simulated:
    """A model whose answer follows from what it reads.

    Args:
        insight: Whether it looks at what was tried, or draws from what it is told of the spread.
    """

    def __init__(self, insight: bool) -> None:
        self.name = "simulated"
        self._insight = insight

    def complete(
        self, query: object, *, seed: int, temperature: float, max_tokens: int,
        on_text: object = None, frame: Frame = PYTHON,
    ) -> Completion:  # fmt: skip
        """Answer."""
        rng, text = random.Random(seed), str(query)
        answer = "I do not know." if rng.random() < 0.3 else self._answer(text, rng)
        return Completion(text=answer, tokens_in=0, tokens_out=0, finish="stop", model=self.name)

    def close(self) -> None:
        """Do nothing."""

    def _answer(self, query: str, rng: random.Random) -> str:
        head, _, tried = query.partition("Tried, the best first:")
        middle, deviations = (
            [float(n) for n in each.split(",")] for each in LIST.findall(head)[:2]
        )
        if self._insight:
            best = [float(n) for n in LIST.findall(tried)[0].split(",")]
            far = rng.uniform(0.5, 2.0)
            x = [m + far * (b - m) for m, b in zip(middle, best, strict=True)]
        else:
            x = [rng.gauss(m, s) for m, s in zip(middle, deviations, strict=True)]
        return f"Further that way.\n```json\n{[min(max(each, LOW), HIGH) for each in x]}\n```"


def by_chance(f: Function, x0: list[float], calls: int, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(calls):
        f([rng.uniform(LOW, HIGH) for _ in x0])


def by_tpe(f: Function, x0: list[float], calls: int, seed: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    names = [f"x{number}" for number in range(len(x0))]
    study.enqueue_trial(dict(zip(names, x0, strict=True)))
    study.optimize(
        lambda trial: f([trial.suggest_float(name, LOW, HIGH) for name in names]), n_trials=calls
    )


def by_hybrid(llm: LLM | None, f: Function, x0: list[float], calls: int, seed: int) -> None:
    asker = None if llm is None else Asker([llm], seed=seed)
    search = Hybrid(x0, step=STEP, asker=asker, bounds=(LOW, HIGH), seed=seed)
    for _ in range(calls):
        x = search.ask()
        search.tell(x, -f(x))


def problem(name: str, seed: int) -> tuple[Function, int, float]:
    """Return a function, in how many dimensions it is, and its least value."""
    if name == "sphere":
        return lambda x: sum(each * each for each in x), 2, 0.0
    if name == "rosenbrock":
        return rosenbrock, 10, 0.0
    import ioh

    function = ioh.get_problem(int(name), 1 + seed, 5, ioh.ProblemClass.BBOB)
    return lambda x: float(function(list(x))), 5, float(function.optimum.y)


def rosenbrock(x: Sequence[float]) -> float:
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def curve(contender: Contender, name: str, calls: int, seed: int) -> list[float]:
    """Return how far the best so far is from the least value, after each evaluation."""
    function, size, least = problem(name, seed)
    rng = random.Random(seed)
    found: list[float] = []

    def counted(x: Sequence[float]) -> float:
        found.append(function(x) - least)
        return found[-1]

    contender(counted, [rng.uniform(-4, 4) for _ in range(size)], calls, seed)
    return list(accumulate(found[:calls], min))


def compared(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Count by seed: better by a hundredth at least, about as good, worse."""
    wins = sum(a < 0.99 * b for a, b in zip(ours, theirs, strict=True))
    losses = sum(b < 0.99 * a for a, b in zip(ours, theirs, strict=True))
    return f"{wins}/{len(ours) - wins - losses}/{losses}"


def rows(
    name: str, contenders: dict[str, Contender], seeds: int, calls: Sequence[int]
) -> Iterator[dict]:
    """Yield what each contender comes to, and how the hybrid compares with it."""
    found = {
        who: [curve(each, name, calls[-1], seed) for seed in range(seeds)]
        for who, each in contenders.items()
    }
    ours = found["hybrid"]
    for who, curves in found.items():
        logs = [float(np.log10(max(each[-1], 1e-12))) for each in curves]
        told = mean(logs)
        yield {
            "function": name,
            "who": who,
            "median": statistics.median(each[-1] for each in curves),
            "log10": [told.value, told.low, told.high],
            "hybrid": {
                n: compared([o[n - 1] for o in ours], [c[n - 1] for c in curves]) for n in calls
            },
        }


def main() -> None:
    """Print a line of JSON for each function and contender."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--functions", default="sphere,rosenbrock,1,8,10,15,20,21")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--calls", type=int, default=CALLS[-1])
    parser.add_argument("--llm", help="A model's name (default: the simulated one).")
    given = parser.parse_args()
    model: LLM = load(given.llm) if given.llm else Simulated(True)
    with closing(model):
        contenders: dict[str, Contender] = {
            "random search": by_chance,
            "TPE": by_tpe,
            "CMA-ES": partial(by_hybrid, None),
            "by chance at the mean": partial(by_hybrid, Simulated(False)),
            "hybrid": partial(by_hybrid, model),
        }
        calls = [each for each in CALLS if each <= given.calls]
        for name in given.functions.split(","):
            for row in rows(name, contenders, given.seeds, calls):
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
