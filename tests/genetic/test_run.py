"""A translation that is journalled: how it ends, and what is believed when it is taken up again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal, JournalError
from autoagent.llm import Frame
from autoagent.similarity import Judged, Similarity
from genetic.search.run import Finished
from genetic.search.watcher import Unwatched
from genetic.translate.candidate import Candidate
from genetic.translate.lessons import examples
from genetic.translate.plan import Plan
from genetic.translate.recorder import digest, is_program
from genetic.translate.run import Translation, most_ratings
from genetic.translate.settings import Settings
from genetic.translate.task import Test as Case
from tests.genetic.fakes import FAIL, TASK, Here, Model, lines, settings_of, writer
from tests.genetic.strangers import add

Rates = Callable[[Callable[[str, Frame, int], str]], Similarity]


def plan_of(settings: Settings, **given: Any) -> Plan:
    values = {"task": TASK, "measures": {"length": 1.0}} | given
    return Plan(name="t", target="c", models=("scripted",), settings=settings, **values)


def translation(
    journal: Journal, plan: Plan, model: Model, *, rates: Rates = lambda ask: FAIL, **given: Any
) -> Translation:
    return Translation(
        plan, journal=journal, llms=[model], executor=Here(), similarity=rates, **given
    )


def found(journal: Journal, plan: Plan, model: Model, **given: Any) -> Finished[Candidate]:
    return translation(journal, plan, model, **given).run(Unwatched())


def answering(text: str) -> Model:
    return Model(lambda query, rng: f"```c\n{text}\n```")


@pytest.fixture
def plan() -> Plan:
    return plan_of(settings_of(calls=3))


def forged(db: Path, run: str) -> None:
    """Have a run say that a wrong program is right."""
    fitness = {"compile_errors": 0, "unique": 1.0, "passed": 6.0, "tests": 6, "exact": 6}
    best = {"name": "0.9", "program": "wrong", "fitness": fitness | {"fuel": 1}}
    end = {"cause": "correct", "detail": "every test passes", "best": best}
    add(db, run, ("best", best), ("end", end))


def test_a_strangers_word_on_its_best_program_is_not_taken(db: Path, plan: Plan) -> None:
    with closing(Journal(db)) as journal:
        work = translation(journal, plan, answering(lines(0, 1)))
        assert work.run(Unwatched()).cause == "calls"
        assert is_program(journal, digest(lines(0, 1).encode()))
    forged(db, work.run_id)
    with closing(Journal(db)) as journal:
        again = translation(journal, plan, answering("?"), run=work.run_id)
        assert again.best is None
        ended = again.run(Unwatched())
        assert ended.best is not None
        assert (ended.cause, ended.best.program) == ("calls", lines(0, 1))
        with pytest.raises(JournalError, match=f"autoagent trust {work.run_id}"):
            list(examples(journal, work.run_id))
        assert not is_program(journal, digest(b"wrong"))


def test_ones_own_run_knows_its_best_program(db: Path, plan: Plan) -> None:
    with closing(Journal(db)) as journal:
        work = translation(journal, plan, answering(lines(0, 1)))
        work.run(Unwatched())
        again = translation(journal, plan, answering("?"), run=work.run_id)
        assert again.best is not None
        assert again.best.program == lines(0, 1)


def test_a_damaged_run_hides_no_other(db: Path, plan: Plan) -> None:
    with closing(Journal(db)) as journal:
        damaged = translation(journal, plan, answering(lines(0)))
        damaged.run(Unwatched())
        found(journal, plan, answering(lines(1, 2)))
    with closing(sqlite3.connect(db)) as file, file:
        told = "UPDATE events SET data = '{}' WHERE kind = 'best' AND run = ?"
        file.execute(told, (damaged.run_id,))
    with closing(Journal(db)) as journal:
        assert is_program(journal, digest(lines(1, 2).encode()))
        assert not is_program(journal, digest(lines(0).encode()))


def test_births_that_asked_nothing_are_not_given_up(db: Path) -> None:
    settings = settings_of(
        strategy="genetic", population=4, generations=9, calls=12, healing=0, novelty=None,
        mend_children=False,
    )  # fmt: skip
    with closing(Journal(db)) as journal:
        work = translation(journal, plan_of(settings), Model(writer(0.3)))
        ended = work.run(Unwatched())
        rows = [event.data for event in journal.events(work.run_id, "generation")]
    assert {row["given_up"] for row in rows} == {0}
    assert rows[-1]["calls"] < 12
    assert (ended.cause, ended.detail.partition(";")[0]) == (
        "calls",
        "as many were born as may be asked for",
    )


def test_a_program_whose_ratings_find_no_call_left_is_kept(db: Path) -> None:
    """Judged with what is left: by no model, if nothing is."""

    def answer(query: str, rng: Any) -> str:
        return "50" if "Rate similarity" in query else f"```c\n{lines(0, 1)}\n```"

    plan = plan_of(settings_of(calls=4), measures={"judged": 1.0})
    with closing(Journal(db)) as journal:
        rates = lambda ask: Similarity([(Judged(ask), 1.0)])  # noqa: E731
        ended = found(journal, plan, Model(answer), rates=rates)
    assert ended.cause == "calls"
    assert ended.best is not None
    fitness = ended.best.fitness
    assert (fitness.exact, fitness.passed) == (2, pytest.approx(2 + 49 / 99))


def test_further_inputs_are_rated_too() -> None:
    further = tuple(Case(f"f{n}", b"%d." % n, b"x") for n in range(9))
    plan = plan_of(
        settings_of(calls=9), measures={"judged": 1.0}, task=replace(TASK, further=further)
    )
    assert most_ratings(plan) == 2 * (6 + 8)
