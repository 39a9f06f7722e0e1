"""What there is to see of a translation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autoagent.journal import Journal
from autoagent.view.panels import Born, Curve, Family, Panel, Program
from genetic.search.recorder import proper
from genetic.translate.recorder import BEST, end, generations, lessons


class TranslationView:
    """Shows translations; see `autoagent.view.panels.View`."""

    def panels(self, journal: Journal, run: str) -> Sequence[Panel]:
        """Return the family of its programs, how the best rose, and the best program."""
        told, last = list(proper(journal, run, "best", BEST)), end(journal, run)
        best = (last.get("best") if last else None) or (told[-1] if told else None)
        rows = list(generations(journal, run))
        family = [_born(each, each["parents"]) for row in rows for each in row.get("born", ())]
        family = family or list(_mended(lessons(journal, run), told))
        names = {born.program: born.name for born in family}
        rose = [(row["number"] + 1, row["fitness"]["passed"]) for row in rows]
        shown: list[Panel] = [
            Family(
                title="Which programs were made of which",
                score="tests passed",
                born=family,
                best=names.get(best["program"]) if best else None,
            ),
            Curve(
                title="The best of each generation",
                x="generation",
                y="tests passed",
                lines={"best": rose},
            ),
        ]
        if best:
            words = _words(best["fitness"])
            shown.append(Program(title="The best program", text=best["program"], told=words))
        return shown


def _mended(learnt: Iterator[dict[str, Any]], best: Sequence[dict[str, Any]]) -> Iterator[Born]:
    """Yield programs of a run that tells of no births: of mends that helped, and the best ones."""
    named: dict[str, str] = {}
    for lesson in learnt:
        worse, better, name = lesson["worse"], lesson["better"], lesson["name"]
        before = {"name": f"{name}, before", "program": worse, "fitness": lesson["before"]}
        after = {"name": name, "program": better, "fitness": lesson["after"]}
        if worse not in named:
            named[worse] = before["name"]
            yield _born(before)
        if better not in named:
            named[better] = name
            yield _born(after, (named[worse],))
    for each in best:
        if each["program"] not in named:
            named[each["program"]] = f"{each['name']}, drafted"
            yield _born(each | {"name": named[each["program"]]})


def _born(described: dict[str, Any], parents: Sequence[str] = ()) -> Born:
    fitness = described["fitness"]
    return Born(
        name=described["name"],
        parents=parents,
        score=fitness["passed"],
        told=_words(fitness),
        program=described["program"],
    )


def _words(fitness: dict[str, Any]) -> str:
    if fitness["compile_errors"]:
        return f"{fitness['compile_errors']} errors of the compiler"
    return f"passes {fitness['passed']:.4g}, {fitness['exact']} of {fitness['tests']} exactly"
