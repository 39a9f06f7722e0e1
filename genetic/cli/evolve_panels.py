"""What there is to see of a search with an evaluator."""

from __future__ import annotations

from collections.abc import Sequence

from autoagent.journal import Journal
from autoagent.view.panels import Born, Curve, Family, Panel, Program
from genetic.evolve.recorder import BEST, born, end
from genetic.search.recorder import proper


class EvolveView:
    """Shows such searches; see `autoagent.view.panels.View`."""

    def panels(self, journal: Journal, run: str) -> Sequence[Panel]:
        """Return the family, how the best score rose, and the best program."""
        programs = {best["name"]: best["program"] for best in proper(journal, run, "best", BEST)}
        rows, last = list(born(journal, run)), end(journal, run)
        scored = [row for row in rows if row["score"] is not None]
        best = max(scored, key=lambda row: row["score"], default=None)
        family = Family(
            title="Who was made from whom",
            score="score",
            born=[
                Born(
                    name=row["name"],
                    parents=row["parents"],
                    score=row["score"],
                    told=row["problem"],
                    program=row.get("program") or programs.get(row["name"]),
                )
                for row in rows
            ],
            best=best["name"] if best else None,
        )
        rose = [(row["calls"], row["best"]) for row in rows if row["best"] is not None]
        shown: list[Panel] = [
            family,
            Curve(title="The best score", x="questions", y="score", lines={"best": rose}),
        ]
        ended = last.get("best") if last else None
        text = ended["program"] if ended else programs.get(best["name"]) if best else None
        if text is not None and best is not None:
            told = f"score {best['score']:.8g}"
            shown.append(Program(title="The best program", text=text, told=told))
        return shown
