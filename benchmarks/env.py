"""What the environment costs: `python -m benchmarks.env`.

Steps a second of `Survival-v1`, with varied answers, beside `Life.answer` with the same ones
(verdict included, no journal): in turns, so that a busy machine is busy for both. First without
hazards, then with hunger, as it is by default, then with the answers of a solver, for each of which
hunger tries a function in a fresh instance, and what such a trial takes in fuel, which is the same
on a busy machine. Then numbered edits beside version 0 with the same answers, what each other
hazard adds, what a reset costs, and how much a second environment on another core gains.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import gymnasium
from rich.console import Console
from rich.table import Table

from autoagent.life import Life
from autoagent.walls import WallOptions, open_wall
from env import Survival
from env.edits import Edit, survival_edits
from env.edits.vocabulary import source
from env.instances import Fresh
from env.microtasks import Course, solution
from env.trial import trial
from sandbox.session import Sandbox, Session

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
SHARED = WallOptions(share_workers=True)
"""As the environment opens its wall."""
WEAK = 1e-6
"""A difficulty at which nobody dies."""
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


def beside_life(rounds: int, hazards: Sequence[str]) -> tuple[float, float]:
    """Return seconds for a step of the environment, its hazards too weak to kill, and of a life."""
    wall = open_wall("wasm", options=SHARED)
    env = Survival(sandbox=wall, hazards=hazards, difficulty=WEAK, max_steps=LIFETIME)
    steps, bare = [], []
    for turn, texts in zip(range(rounds), varied(), strict=False):
        env.reset(seed=turn)
        with closing(born(wall, turn)) as life:
            pairs = [(steps, env.step), (bare, life.answer)]
            for times, act in pairs if turn % 2 else reversed(pairs):
                times.append(timed(act, texts))
    env.close()
    wall.close()
    return statistics.median(steps), statistics.median(bare)


def solving(rounds: int) -> tuple[float, float]:
    """Return the same for answers that solve each micro-task."""
    wall = open_wall("wasm", options=SHARED)
    env = Survival(sandbox=wall, max_steps=LIFETIME)
    steps, bare = [], []
    for turn in range(rounds):
        observation, _ = env.reset(seed=turn)
        texts, spent = [], 0.0
        for _ in range(LIFETIME - 1):
            texts.append(solution(observation["query"]) or "")
            start = time.perf_counter()
            observation, *_, info = env.step(texts[-1])
            spent += time.perf_counter() - start
        assert info["solved"] == len(texts)
        steps.append(spent / len(texts))
        with closing(born(wall, turn)) as life:
            bare.append(timed(life.answer, texts))
    env.close()
    wall.close()
    return statistics.median(steps), statistics.median(bare)


class Counted(Fresh):
    """Counts the fuel of the last trial, in all."""

    spent = 0

    @contextmanager
    def one(self) -> Iterator[Session]:
        """Lend an instance."""
        with super().one() as session:
            begun = session.event.fuel or 0
            yield session
            self.spent = begun + (session.event.fuel or 0)


def fuels(rounds: int) -> tuple[float, float]:
    """Return the fuel of a trial, and of the answer that wrote its function: no load changes it."""
    trials, answers = [], []
    with closing(open_wall("wasm", options=SHARED)) as wall, closing(born(wall, 0)) as life:
        instances = Counted(wall, "strict")
        for turn in range(rounds):
            task = Course("training", turn).pose()
            code = solution(task.demand) or ""
            answers.append(life.answer(code).outcome.fuel or 0)
            trial(wall, task.name, code, task.inputs, instances=instances)
            trials.append(instances.spent)
    return statistics.median(trials), statistics.median(answers)


def born(wall: Sandbox, seed: int) -> Life:
    """Return a life at its first heartbeat."""
    life = Life(wall, seed=seed)
    life.begin("Write small functions, each one new.")
    return life


def with_hazard(rounds: int, hazard: str) -> float:
    """Return seconds for each step with a hazard that is too weak to kill."""
    env = Survival(hazards=[hazard], difficulty=WEAK, max_steps=LIFETIME)
    times = []
    for turn, texts in zip(range(rounds), varied(), strict=False):
        env.reset(seed=turn)
        times.append(timed(env.step, texts))
    env.close()
    return statistics.median(times)


def numbered(rounds: int) -> tuple[float, float]:
    """Return seconds for a numbered edit, and for version 0 with the same answers and hazards."""
    edits = survival_edits(energy=LIFETIME, max_steps=LIFETIME)
    plain = survival_edits(energy=LIFETIME, max_steps=LIFETIME).survival
    by_number: list[float] = []
    by_text: list[float] = []
    for turn in range(rounds):
        edits.reset(seed=turn)
        plain.reset(seed=turn)
        rng = random.Random(turn)
        chosen = [rng.choice(list(Edit)) for _ in range(LIFETIME // 4)]
        texts = [f"```python\n{source(edit, step)}```" for step, edit in enumerate(chosen)]
        for number in (turn % 2, 1 - turn % 2):
            if number:
                by_number += lasting(edits.step, chosen)
            else:
                by_text += lasting(plain.step, texts)
    edits.close()
    plain.close()
    return statistics.median(by_number), statistics.median(by_text)


def lasting(act: Callable[[Any], Any], actions: Sequence[Any]) -> list[float]:
    """Return seconds for each step of a life, up to its end."""
    times = []
    for action in actions:
        start = time.perf_counter()
        _, _, terminated, truncated, _ = act(action)
        times.append(time.perf_counter() - start)
        if terminated or truncated:
            break
    return times


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
    make = [
        lambda: gymnasium.make("env:autoagent/Survival-v1", hazards=[], max_steps=10**6)
    ] * count
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
    step = 0.0
    for name, (spent, bare) in (
        ("without hazards", beside_life(rounds, [])),
        ("with hunger, nothing solved", beside_life(rounds, ["hunger"])),
        ("with hunger, each task solved", solving(rounds)),
    ):
        step = step or spent
        table.add_row(f"{name}, steps/s", f"{1 / spent:,.0f}", f"{bare / spent:.2f} of Life.answer")
    tried, lived = fuels(rounds)
    table.add_row(
        "fuel of a trial, millions", f"{tried / 1e6:.1f}", f"{tried / lived:.2f} of the answer"
    )
    by_number, by_text = numbered(rounds)
    table.add_row(
        "numbered edits, steps/s",
        f"{1 / by_number:,.0f}",
        f"{by_text / by_number:.2f} of version 0 with the same answers",
    )
    for name in ("radiation", "drift", "lesion"):
        spent = with_hazard(rounds, name)
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
