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
        """Return the mends that helped, how the best rose, and the best program."""
        told, last = list(proper(journal, run, "best", BEST)), end(journal, run)
        best = (last.get("best") if last else None) or (told[-1] if told else None)
        family = list(_family(lessons(journal, run), told))
        names = {born.program: born.name for born in family}
        rows = list(generations(journal, run))
        rose = [(row["number"] + 1, row["fitness"]["passed"]) for row in rows]
        shown: list[Panel] = [
            Family(
                title="What was mended from what",
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


def _family(learnt: Iterator[dict[str, Any]], best: Sequence[dict[str, Any]]) -> Iterator[Born]:
    """Yield programs by their texts: those that mends made better ones of, these, and the best."""
    named: dict[str, str] = {}
    for lesson in learnt:
        worse, better = lesson["worse"], lesson["better"]
        if worse not in named:
            named[worse] = f"{lesson['name']}, before"
            yield _born(named[worse], (), worse, lesson["before"])
        if better not in named:
            named[better] = lesson["name"]
            yield _born(named[better], (named[worse],), better, lesson["after"])
    for each in best:
        if each["program"] not in named:
            named[each["program"]] = f"{each['name']}, drafted"
            yield _born(named[each["program"]], (), each["program"], each["fitness"])


def _born(name: str, parents: tuple[str, ...], program: str, fitness: dict[str, Any]) -> Born:
    return Born(
        name=name,
        parents=parents,
        score=fitness["passed"],
        told=_words(fitness),
        program=program,
    )


def _words(fitness: dict[str, Any]) -> str:
    if fitness["compile_errors"]:
        return f"{fitness['compile_errors']} errors of the compiler"
    return f"passes {fitness['passed']:.4g}, {fitness['exact']} of {fitness['tests']} exactly"
