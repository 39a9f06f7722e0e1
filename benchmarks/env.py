"""What the environment costs: `python -m benchmarks.env`.

Steps a second of `Survival-v0`, with varied answers, beside `Life.answer` with the same ones
(verdict included, no journal): in turns, so that a busy machine is busy for both. Then what each
hazard adds, what a reset costs, and how much a second environment on another core gains. Hunger
tries functions, and remembers what they did: it is measured with functions that are all new, and
with the same ones in each life.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gymnasium
from rich.console import Console
from rich.table import Table

from autoagent.life import Life
from autoagent.walls import open_wall
from env import Survival

ANSWERS = (
    "x = {n}",
    "print('step', {n})",
    "def f{n}(a):\n    return a + {n}",
    "total = sum(range({n}))\nprint(total)",
    "self.memory = [{n}, 'text']",
    "1 / 0",
    "def note(self, text):\n    self.noted = text\nself.note('{n}')",
    "import math\nprint(math.sqrt({n}))",
)
LIFETIME = 64
"""Answers in a life, as in the environment by default."""


def varied() -> Iterator[list[str]]:
    """Yield the answers of one life after the other, none of them the same as any before."""
    for first in itertools.count(step=LIFETIME - 1):
        yield [answer(number) for number in range(first, first + LIFETIME - 1)]


def answer(number: int) -> str:
    """Return an answer that no other number gives."""
    return f"```python\n{ANSWERS[number % len(ANSWERS)].format(n=number)}\n```"


def timed(act: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return seconds for each answer."""
    start = time.perf_counter()
    for text in texts:
        act(text)
    return (time.perf_counter() - start) / len(texts)


def beside_life(rounds: int) -> tuple[float, float]:
    """Return seconds for each step of the environment and of a life."""
    wall = open_wall("wasm")
    env = Survival(sandbox=wall, hazards=[], max_steps=LIFETIME)
    steps, bare = [], []
    for turn, texts in zip(range(rounds), varied(), strict=False):
        env.reset(seed=turn)
        life = Life(wall, seed=turn)
        life.begin("Write small functions, each one new.")
        pairs = [(steps, env.step), (bare, life.answer)]
        for times, act in pairs if turn % 2 else reversed(pairs):
            times.append(timed(act, texts))
        life.close()
    env.close()
    wall.close()
    return statistics.median(steps), statistics.median(bare)


def with_hazards(rounds: int, hazards: list[str], lives: Iterator[list[str]]) -> float:
    """Return seconds for each step among hazards that are too weak to kill."""
    env = Survival(hazards=hazards, difficulty=1e-6, max_steps=LIFETIME)
    times = []
    for turn, texts in zip(range(rounds), lives, strict=False):
        env.reset(seed=turn)
        times.append(timed(env.step, texts))
    env.close()
    return statistics.median(times)


def resets(rounds: int) -> float:
    """Return seconds for a reset."""
    env = Survival(hazards=[])
    env.reset(seed=0)
    start = time.perf_counter()
    for turn in range(rounds):
        env.reset(seed=turn)
    spent = (time.perf_counter() - start) / rounds
    env.close()
    return spent


def vector(count: int, rounds: int) -> float:
    """Return steps a second of so many environments, each in a process of its own."""
    make = [lambda: gymnasium.make("env:autoagent/Survival-v0", max_steps=10**6)] * count
    many: Any = gymnasium.vector.AsyncVectorEnv(make, shared_memory=False)
    many.reset(seed=0)
    rates = []
    for _, texts in zip(range(rounds), varied(), strict=False):
        many.reset(seed=0)
        rates.append(count / timed(lambda text: many.step([text] * count), texts))
    many.close()
    return statistics.median(rates)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="lives for each figure")
    rounds = parser.parse_args().rounds
    table = Table("figure", "value", "beside", title="The survival environment")
    step, bare = beside_life(rounds)
    table.add_row("Life.answer, steps/s", f"{1 / bare:,.0f}", "")
    table.add_row("Survival.step, steps/s", f"{1 / step:,.0f}", f"{bare / step:.2f} of Life.answer")
    same = itertools.repeat(next(varied()))
    for name, hazard, lives in (
        ("hunger, new functions", "hunger", varied()),
        ("hunger, the same ones in each life", "hunger", same),  # the first row has tried them
        ("radiation", "radiation", varied()),
        ("drift", "drift", varied()),
        ("lesion", "lesion", varied()),
    ):
        spent = with_hazards(rounds, [hazard], lives)
        table.add_row(
            f"with {name}, steps/s", f"{1 / spent:,.0f}", f"{step / spent:.2f} of without"
        )
    table.add_row("reset, ms", f"{resets(rounds) * 1000:.1f}", "")
    one, two = vector(1, rounds), vector(2, rounds)
    table.add_row("AsyncVectorEnv of 1, steps/s", f"{one:,.0f}", "")
    table.add_row("AsyncVectorEnv of 2, steps/s", f"{two:,.0f}", f"{two / one:.2f} of 1")
    Console().print(table)


if __name__ == "__main__":
    main()
