"""What searches show of themselves on pages and in reports."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Data, Journal, JournalError
from autoagent.view.panels import VIEWS, Born, Curve, Family, Grid, Panel, Program, born_named
from autoagent.view.rendering import rendered
from genetic.elm.plan import Plan
from tests.autoagent.view.test_pages import PAYLOAD, harmless

FITNESS = {
    "compile_errors": 0, "unique": 1.0, "passed": 0.5, "tests": 2, "exact": 1, "fuel": None,
}  # fmt: skip
WORSE, BETTER = FITNESS | {"compile_errors": 3, "passed": 0.0}, FITNESS


def panels(db: Path, kind: str, events: Iterable[tuple[str, Data]], **begun: Any) -> list[Panel]:
    with closing(Journal(db)) as journal:
        run = journal.begin({"activity": kind, "llm": "smollm2", "prompt": kind} | begun)
        journal.append(run, events)
        return list(VIEWS[kind]().panels(journal, run))


def shown(found: list[Panel], name: str) -> str:
    class Run:
        run, kind = "00000000", "search"

    page = rendered("panels.html", panels=found, born=born_named(found, name), run=Run)
    harmless(page)
    return page


def born(name: str, parents: list[str], score: float | None, best: float | None) -> Data:
    return {
        "name": name, "parents": parents, "score": score, "problem": PAYLOAD, "calls": 1,
        "best": best,
    }  # fmt: skip


def best(name: str, program: str, score: float) -> Data:
    return {"name": name, "program": program, "fitness": {"score": score, "problem": ""}}


@pytest.mark.parametrize("kind", ["evolve", "optimize"])
def test_a_search_with_an_evaluator_is_a_family(db: Path, kind: str) -> None:
    events = [
        ("born", born("0.0.0", [], 1.0, 1.0)),
        ("best", best("0.0.0", "a = 1\nb = 2\n", 1.0)),
        ("born", born("0.1.0", ["0.0.0"], None, 1.0)),
        ("born", born("0.2.0", ["0.0.0", "0.1.0"], 3.0, 3.0)),
        ("best", best("0.2.0", f"a = 1\nb = 3\n{PAYLOAD}", 3.0)),
    ]
    family, curve, program = panels(db, kind, events)
    assert isinstance(family, Family)
    assert isinstance(curve, Curve)
    assert isinstance(program, Program)
    assert [each.name for each in family.born] == ["0.0.0", "0.1.0", "0.2.0"]
    assert family.best == "0.2.0"
    assert curve.lines["best"][-1] == (1, 3.0)
    page = shown([family, curve, program], "0.2.0")
    assert page.count('class="node') == 3
    assert page.count('class="edge best"') == 1
    assert "<del>-b = 2</del>\n<ins>+b = 3</ins>" in page


def test_of_an_earlier_translation_there_are_the_mends(db: Path) -> None:
    texts = {"prompt": "?", "feedback": "!", "before": WORSE, "after": BETTER}
    events = [
        ("lesson", {"name": "0.0.0.0", "worse": "int mian", "better": "int main", **texts}),
        ("lesson", {"name": "0.0.0.1", "worse": "int main", "better": f"{PAYLOAD}", **texts}),
        ("best", {"name": "0.0.0", "program": PAYLOAD, "fitness": FITNESS}),
        ("generation", {"number": 0, "fitness": FITNESS, "births": 1, "judged": 3, "calls": 3}),
    ]
    family, curve, program = panels(db, "translation", events)
    assert isinstance(family, Family)
    assert [(each.name, list(each.parents)) for each in family.born] == [
        ("0.0.0.0, before", []),
        ("0.0.0.0", ["0.0.0.0, before"]),
        ("0.0.0.1", ["0.0.0.0"]),
    ]
    assert family.best == "0.0.0.1"
    assert "<del>-int mian</del>" in shown([family, curve, program], "0.0.0.0")


def test_a_translation_is_the_family_of_its_births(db: Path) -> None:
    def born(name: str, program: str, parents: list[str], fitness: Data) -> Data:
        return {"name": name, "program": program, "parents": parents, "fitness": fitness}

    counted = {"fitness": FITNESS, "births": 2, "judged": 3, "calls": 3}
    first = [born("0.0.0", "int mian", [], WORSE), born("0.0.1", "int", [], WORSE)]
    second = [born("0.1.0", PAYLOAD, ["0.0.0", "0.0.1"], BETTER)]
    events = [
        ("generation", {"number": 0, "born": first, **counted}),
        ("best", {"name": "0.1.0", "program": PAYLOAD, "fitness": FITNESS}),
        ("generation", {"number": 1, "born": second, **counted}),
    ]
    family, curve, program = panels(db, "translation", events)
    assert isinstance(family, Family)
    assert [(each.name, list(each.parents)) for each in family.born] == [
        ("0.0.0", []),
        ("0.0.1", []),
        ("0.1.0", ["0.0.0", "0.0.1"]),
    ]
    assert family.best == "0.1.0"
    assert "<del>-int mian</del>" in shown([family, curve, program], "0.1.0")


def elite(number: int, parent: int | None, objective: float, measures: list[float]) -> Data:
    return {
        "number": number,
        "parent": parent,
        "message": PAYLOAD,
        "program": f"def f():\n    return {number}\n",
        "objective": objective,
        "measures": measures,
    }


def batch(elites: list[Data], number: int = 0) -> tuple[str, Data]:
    return "batch", {
        "number": number,
        "evaluated": 10,
        "valid": 3,
        "elites": elites,
        "faults": {},
        "filled": 2,
        "qd_score": 1.5,
        "best": 1.0,
        "seconds": 0.1,
    }


def plan() -> Data:
    return Plan(
        domain="quadratic:1", operator="tokens", evaluations=10, batch=10, starts=("broken",)
    ).as_dict()


def test_an_archive_is_a_heat_map(db: Path) -> None:
    pytest.importorskip("ribs")
    elites = [elite(1, None, 0.5, [1, 1]), elite(2, 1, 1.0, [1, 1]), elite(3, 2, 0.2, [9, 15])]
    found = panels(db, "elm", [batch(elites)], **plan())
    (grid,) = (each for each in found if isinstance(each, Grid))
    assert sorted(each.name for each in grid.best.values()) == ["2", "3"]
    page = shown(found, "2")
    assert page.count('class="heat"') == 2
    assert "<ins>+    return 2</ins>" in page


def test_a_record_that_is_damaged_is_told(db: Path) -> None:
    with pytest.raises(JournalError, match="damaged"):
        panels(db, "evolve", [("born", {"name": 1})])
    with pytest.raises(JournalError, match="damaged"):
        panels(db, "elm", [batch([elite(1, None, 0.5, [1])])], **plan())


def test_what_is_endless_or_no_number_is_drawn_somewhere() -> None:
    lines = {"a": [(0.0, 1e308), (1.0, -1e308), (2.0, float("nan"))], "b": [(0.0, 0.0)], "c": []}
    curve = Curve(title="", x="", y="", lines=lines)
    ring = [Born(name="a", parents=["b"], score=1.0), Born(name="b", parents=["a"], score=1.0)]
    family = Family(title="", score="", born=ring, best="a")
    page = shown([curve, family], "a")
    assert "nan" not in page.lower().replace("polyline", "")
