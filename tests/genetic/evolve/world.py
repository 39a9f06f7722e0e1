"""A world in which a search with an evaluator runs without a jail and without a model."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autoagent.journal import Journal
from autoagent.similarity import Measure
from genetic.evolve.plan import Plan
from genetic.evolve.proposer import Improver
from genetic.evolve.run import EvolveRun
from genetic.evolve.settings import Settings
from genetic.search.room import Room
from genetic.search.watcher import Unwatched
from sandbox.programs.evaluator import Evaluation
from tests.genetic.fakes import Model


def value(program: str) -> Evaluation:
    """Judge a program that is a number: the nearer to 100, the better."""
    try:
        return Evaluation(score=-abs(100 - float(program)), words={"note": f"it is {program}"})
    except ValueError:
        return Evaluation(score=None, problem=f"{program!r} is no number")


def stepping(query: str, rng: random.Random) -> str:
    """Answer with a number that is a little more or less, or now and then with no block."""
    found = re.findall(r"This is to be improved\..*?```\n(.*?)\n```", query, re.S)
    if rng.random() < 0.2:
        return "I have no idea."
    return f"Another one.\n```\n{float(found[-1]) + rng.choice([-1, 1, 5, 9])}\n```"


def run_of(
    folder: Path,
    *,
    answer: Callable[[str, random.Random], str] = stepping,
    evaluate: Callable[[str], Evaluation] = value,
    run: str | None = None,
    program: str = "1",
    at_once: int = 1,
    remark: Callable[[str], None] = lambda line: None,
    likeness: Measure | None = None,
    **settings: Any,
) -> tuple[EvolveRun, Model]:
    """Return a search that is written to a journal in a folder, and its model."""
    model = Model(answer)
    chosen = Settings(**{"calls": 12, **settings})
    plan = Plan(
        name="number", suffix="", program=program, evaluator="", models=("m",), settings=chosen
    )
    search = EvolveRun(
        plan,
        program=program,
        evaluate=evaluate,
        proposer=Improver(diff=chosen.diff, room=Room(chosen.prompt_chars)),
        settings=chosen,
        journal=Journal(folder / "journal.db"),
        llms=[model],
        run=run,
        at_once=at_once,
        remark=remark,
        likeness=likeness,
    )
    return search, model


def ended(search: EvolveRun) -> list[dict[str, Any]]:
    """Let a search end, and return its lineage."""
    search.run(Unwatched())
    search._journal.close()
    return search.recorder.lineage
