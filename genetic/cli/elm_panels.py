"""What there is to see of a run of MAP-Elites."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from autoagent.journal import Journal, JournalError
from autoagent.view.panels import Born, Curve, Facts, Family, Grid, Panel, Program, Side
from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import Axis, language_of, open_domain
from genetic.elm.plan import Plan
from genetic.elm.run import batches
from sandbox.session import SandboxError


class ElmView:
    """Shows such searches; see `autoagent.view.panels.View`."""

    def panels(self, journal: Journal, run: str) -> Sequence[Panel]:
        """Return the archive, how it was filled, the family of its programs, and the best one."""
        plan, told = Plan.read(journal, run), list(batches(journal, run))
        elites = [Elite.of(each) for batch in told for each in batch["elites"]]
        best = max(elites, key=lambda elite: (elite.objective, -elite.number), default=None)
        filled = [(batch["evaluated"], batch["filled"]) for batch in told]
        score = [(batch["evaluated"], batch["qd_score"]) for batch in told]
        language, archive = _archive(plan, elites)
        shown: list[Panel] = [
            *archive,
            Curve(title="Niches filled", x="evaluations", y="niches", lines={"filled": filled}),
            Curve(title="QD score", x="evaluations", y="QD score", lines={"QD score": score}),
            Family(
                title="Which programs were made from which",
                score="objective",
                born=[_born(elite) for elite in elites],
                best=None if best is None else str(best.number),
            ),
        ]
        if best is not None:
            words = f"objective {best.objective:.6g}, evaluation {best.number}"
            program = Program(
                title="The best program", text=best.program, told=words, language=language
            )
            shown.append(program)
        return shown


def _archive(plan: Plan, elites: Sequence[Elite]) -> tuple[str, list[Panel]]:
    """Return what programs are written in, and the archive, or why it cannot be drawn here."""
    try:
        with closing(open_domain(plan.domain, together=1)) as domain:
            axes, language = tuple(domain.axes), language_of(domain).fence
        archive = Archive(axes)
    except (ValueError, SandboxError) as error:
        return "text", [Facts(title="Archive", values={"not drawn": str(error)})]
    return language, _grid(axes, archive, elites) if len(axes) > 1 else []


def _grid(axes: Sequence[Axis], archive: Archive, elites: Sequence[Elite]) -> list[Panel]:
    """Return the archive along its first two axes."""
    place: dict[tuple[int, int], Elite] = {}
    for elite in elites:
        if len(elite.measures) != len(axes):
            raise JournalError(f"the record is damaged: elite {elite.number} has other measures")
        across, up, *_ = archive.niche(elite)
        held = place.get((across, up))
        if held is None or held.objective < elite.objective:
            place[across, up] = elite
    title = f"The archive: {axes[0].name} and {axes[1].name}"
    if len(axes) > 2:
        rest = " and ".join(axis.name for axis in axes[2:])
        title += f", the best over {rest}"
    best = {where: _born(elite) for where, elite in place.items()}
    return [
        Grid(title=title, score="objective", across=_side(axes[0]), up=_side(axes[1]), best=best)
    ]


def _side(axis: Axis) -> Side:
    return Side(name=axis.name, low=axis.low, high=axis.high, fields=axis.niches)


def _born(elite: Elite) -> Born:
    return Born(
        name=str(elite.number),
        parents=() if elite.parent is None else (str(elite.parent),),
        score=elite.objective,
        told=elite.message,
        program=elite.program,
    )
