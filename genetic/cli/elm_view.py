"""What a person or a program sees of MAP-Elites: a row for each batch."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.text import Text

from autoagent.cli.common import print_json, progress
from autoagent.cli.suggest import command
from autoagent.printable import printable
from autoagent.ui.growing import GrowingTable
from autoagent.ui.sparkline import curve
from autoagent.ui.words import counted, ended
from genetic.elm.archive import Archive, Standing
from genetic.elm.plan import Plan
from genetic.elm.run import Finished
from genetic.elm.search import Batch
from genetic.search.journalled import Finish

HEADINGS = ("evaluated", "valid", "new elites", "niches filled", "QD score", "best", "seconds")
SHOWN = 12


class ElitesView:
    """Shows a search as it goes.

    Args:
        json: Print lines of JSON on standard output, and no table.
    """

    def __init__(self, *, json: bool) -> None:
        self._json = json
        self._console = Console(stderr=True)
        self._table = GrowingTable(self._console, HEADINGS, below=self._bar, shown=SHOWN)
        self._done, self._all = 0, 1
        self._faults: dict[str, int] = {}
        self._scores: list[float] = []
        self._run, self._domain = "", ""
        self._calls_decide = False

    def begin(self, run: str, plan: Plan, standing: Standing) -> None:
        """Say what begins, or goes on."""
        progress(f"run {run}: {counted(plan.evaluations, 'evaluations')} of {plan.domain}")
        if standing.filled:
            progress(f"{standing.filled} of {standing.niches} niches are filled already")
        self._run, self._domain, self._all = run, plan.domain, plan.evaluations
        self._calls_decide = plan.as_many_as_calls
        if not self._json:
            self._table.open()

    def batch(self, batch: Batch) -> None:
        """Show a batch."""
        self._done = batch.evaluated
        self._scores.append(batch.standing.qd_score)
        for fault, count in batch.faults.items():
            self._faults[fault] = self._faults.get(fault, 0) + count
        if self._json:
            told = batch.as_dict()
            print_json(told | {"elites": len(batch.elites)})
            return
        standing = batch.standing
        self._table.add(
            (
                f"{batch.evaluated:,}",
                str(batch.valid),
                str(len(batch.elites)),
                f"{standing.filled} / {standing.niches}",
                f"{standing.qd_score:.1f}",
                f"{standing.best:.2f}",
                f"{batch.seconds:.1f}",
            )
        )

    def close(self) -> None:
        """Show no more; what is shown stays."""
        self._table.close()

    def end(self, finished: Finished, archive: Archive, out: Path, journal: Path) -> None:
        """Say how it ended, and how to go on."""
        standing = archive.standing
        if self._json:
            told = (
                {"run": self._run}
                | finished.as_dict()
                | {
                    "filled": standing.filled,
                    "niches": standing.niches,
                    "qd_score": standing.qd_score,
                    "best": standing.best,
                    "faults": self._faults,
                }
            )
            print_json({"summary": told})
            return
        words = ended(finished.cause.value, finished.detail)
        self._console.print(Text(printable(words)))
        if self._faults:
            often = sorted(self._faults.items(), key=lambda pair: -pair[1])[:SHOWN]
            named = ", ".join(f"{fault} ({count:,})" for fault, count in often)
            self._console.print(Text(printable(f"without value: {named}")))
        self._console.print(
            Text(
                printable(
                    f"{standing.filled} of {standing.niches} niches filled, QD score "
                    f"{standing.qd_score:.1f}, best {standing.best:.2f}; in {out}"
                )
            )
        )
        if drawn := curve("QD score", self._scores):
            self._console.print(Text(drawn), soft_wrap=True)
        bound = " --calls N" if self._calls_decide else " --evaluations N"
        more = {Finish.EVALUATIONS: bound, Finish.CALLS: " --calls N"}
        again = f"elm {self._domain} --out {shlex.quote(str(journal.parent))} --resume"
        again += f" --run {self._run}" + more.get(finished.cause, "")
        words = command(again, None, "goes on")
        self._console.print(Text(printable(words), style="dim"), soft_wrap=True)

    def _bar(self) -> ProgressBar:
        return ProgressBar(total=self._all, completed=self._done, width=60)
