"""Who looks: each has as many calls, and tells what each of them came to."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import optuna

from autoagent.asker import Asker
from autoagent.llm import LLM
from benchmarks.optimize.problems import HIGH, LOW, Problem
from genetic import optimize
from genetic.hybrid import Hybrid

STEP = 2.0
TOKENS, TOKENS_A_NUMBER, TOKENS_OF_A_PROGRAM = 24, 8, 120
"""What an answer may have of tokens: so many and so many for each number, or for a program."""
TOKENS_OF_A_SENTENCE = 100
"""What it may have beside that where a model may say what it tries."""
Values = Iterator[float | None]
Contender = Callable[[Problem, int, int], Values]


def by_chance(problem: Problem, calls: int, seed: int) -> Values:
    rng = random.Random(seed)
    for _ in range(calls):
        yield problem.worth([rng.uniform(LOW, HIGH) for _ in problem.x0])


def by_tpe(problem: Problem, calls: int, seed: int) -> Values:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    names = [f"x{number}" for number in range(len(problem.x0))]
    study.enqueue_trial(dict(zip(names, problem.x0, strict=True)))
    for _ in range(calls):
        trial = study.ask()
        value = problem.worth([trial.suggest_float(name, LOW, HIGH) for name in names])
        study.tell(trial, value)
        yield value


def by_hybrid(llm: LLM | None, problem: Problem, calls: int, seed: int) -> Values:
    """CMA-ES, and with a model the hybrid; its first call is where it begins, as TPE's is."""
    asker = None if llm is None else Asker([llm], seed=seed)
    search = Hybrid(
        problem.x0,
        step=STEP,
        asker=asker,
        task=problem.task,
        bounds=(LOW, HIGH),
        seed=seed,
        max_tokens=TOKENS + TOKENS_A_NUMBER * len(problem.x0),
    )
    yield problem.worth(problem.x0)
    for _ in range(calls - 1):
        x = search.ask()
        value = problem.worth(x)
        search.tell(x, -value)
        yield value


def by_model(llm: LLM, problem: Problem, calls: int, seed: int) -> Values:
    """`optimize.run`: a model that sees what was tried; a step that failed has no value."""

    def f(text: str) -> tuple[float, str]:
        return -problem.read(text), ""

    is_numbers = problem.text.startswith("[")
    x = TOKENS + TOKENS_A_NUMBER * len(problem.x0) if is_numbers else TOKENS_OF_A_PROGRAM
    with tempfile.TemporaryDirectory() as folder:
        result = optimize.run(
            problem.task,
            problem.question,
            f,
            problem.text,
            max_steps=calls - 1,
            llm=llm,
            seed=seed,
            db=Path(folder, "journal.db"),
            max_tokens=TOKENS_OF_A_SENTENCE + x,
        )
    for step in result.history:
        yield None if step.score is None else -step.score
