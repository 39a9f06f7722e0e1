"""What a person or a program sees of a search with an evaluator, and what is kept in a folder."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autoagent.cli.common import print_json, progress
from autoagent.cli.suggest import after_search, in_journal
from autoagent.files import replacing, write_text
from autoagent.journal import Data
from autoagent.printable import printable
from autoagent.ui.sparkline import curve
from autoagent.ui.words import counted, ended
from genetic.cli.evolve_view import EvolveTable
from genetic.evolve.candidate import Candidate
from genetic.evolve.proposer import standing
from genetic.search.journalled import Finish
from genetic.search.run import Finished
from genetic.search.watcher import Generation, Unwatched

LINEAGE, SCORES, PICTURE = "lineage.jsonl", "scores.jsonl", "scores.png"


class EvolveDisplay(Unwatched[Candidate]):
    """Shows a table, or prints each better program as JSON; keeps the best one.

    Args:
        out: The folder for it, if one is given.
        suffix: What the names of its files end with.
        json: Whether to speak in lines of JSON.
        db: The journal's file, if it was named.
        url: The models' server, if it was named.
    """

    def __init__(
        self,
        out: Path | None,
        suffix: str,
        *,
        json: bool,
        db: Path | None = None,
        url: str | None = None,
    ) -> None:
        self._db, self._url = db, url
        self._out = None if out is None else best_file(out, suffix)
        self._json = json
        self._console = Console(stderr=True)
        self._view = None if json else EvolveTable(self._console)

    def begin(self, run: str) -> None:
        """Say what begins."""
        progress(f"run {run}")
        if self._view is not None:
            self._view.open()

    def judged(self, candidate: Candidate) -> None:
        """Count a program."""
        if self._view is not None:
            self._view.judged()

    def generation(self, generation: Generation[Candidate]) -> None:
        """Show a row."""
        if self._view is not None:
            self._view.generation(generation)

    def keep(self, candidate: Candidate) -> None:
        """Keep a program, whole: whoever reads the file meanwhile finds the last one or this."""
        if self._out is not None:
            write_text(self._out, candidate.program)

    def close(self) -> None:
        """Leave the table as it is."""
        if self._view is not None:
            self._view.close()

    def better(self, candidate: Candidate) -> None:
        """Keep a program, and tell of it."""
        self.keep(candidate)
        if self._view is None:
            print_json({"better": candidate.name, "score": candidate.score})
        else:
            self._view.better(candidate)

    def end(self, run: str, finished: Finished[Candidate], history: Sequence[Candidate]) -> None:
        """Say how it ended, and how to go on."""
        failed = sum(each.score is None for each in history)
        if self._json:
            counts = {"candidates": len(history), "without_score": failed}
            print_json({"summary": {"run": run, **finished.as_dict(), **counts}})
        else:
            best = finished.best
            words = ended(finished.cause.value, finished.detail)
            words += f"; {counted(len(history), 'candidates')}"
            if failed:
                told = f"`autoagent show {run}{in_journal(self._db)}` says why"
                words += f", {failed} of them without a score ({told})"
            if best is not None:
                if self._out is None:
                    print(printable(best.program) if sys.stdout.isatty() else best.program)
                else:
                    words += f"; the best one is in {self._out}"
                words += f". {standing(best)}"
            self._console.print(Text(printable(words)))
        if finished.cause is Finish.UNREACHABLE:
            progress(printable(f"error: {finished.detail} (run {run} is suspended)"))
        if not self._json:
            if drawn := curve("score", [each.score for each in history if each.score is not None]):
                self._console.print(Text(drawn), soft_wrap=True)
            unfinished = finished.cause in (Finish.BUDGET, Finish.PAUSED, Finish.UNREACHABLE)
            more = "--calls" if finished.cause is Finish.CALLS else ""
            words = after_search(
                run, "evolve", unfinished=unfinished, db=self._db, url=self._url, more=more
            )
            self._console.print(Text(words, style="dim"), soft_wrap=True)


def best_file(out: Path, suffix: str) -> Path:
    """Return where the best program is kept."""
    return out / f"best{suffix}"


def write_records(out: Path, lineage: Sequence[Data]) -> None:
    """Write who descends from whom, and the scores by questions asked."""
    scores = [{name: each[name] for name in ("calls", "score", "best")} for each in lineage]
    for name, rows in ((LINEAGE, lineage), (SCORES, scores)):
        write_text(out / name, "".join(json_text.dumps(row) + "\n" for row in rows))


def draw(out: Path, lineage: Sequence[Data]) -> None:
    """Draw scores by questions asked."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        progress(f"matplotlib is missing, so there is no {PICTURE}")
        return
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot()
    found = [row for row in lineage if row["score"] is not None]
    axes.plot([row["calls"] for row in found], [row["score"] for row in found], ".", alpha=0.5)
    best = [row for row in lineage if row["best"] is not None]
    axes.step([row["calls"] for row in best], [row["best"] for row in best], where="post")
    axes.set_xlabel("questions asked")
    axes.set_ylabel("score")
    with replacing(out / PICTURE) as file:
        figure.savefig(file, format="png")
