"""What is told and kept of a run of MAP-Elites."""

from __future__ import annotations

import json as json_text
import shlex
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import print_run
from autoagent.journal import Data, Journal
from autoagent.printable import printable
from autoagent.ui.words import ended
from genetic.cli.forking import SearchKind
from genetic.elm.examples import examples
from genetic.elm.plan import Plan
from genetic.elm.run import batches
from genetic.search.recorder import last_event

NUMBERS = ("number", "evaluated", "valid", "filled", "qd_score", "best")
DIGITS = {"qd_score": 1, "best": 2}
"""After the point, as in the table that grew."""


class ElmRuns(SearchKind):
    """Tells of searches; see `autoagent.cli.kinds.RunKind`."""

    part = "batch"
    ends = ("batch",)

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print its batches, and how it ended."""
        rows = list(batches(journal, run))
        last = last_event(journal, run)
        if json:
            print_run(run, rows, last)
            return
        table = Table(*NUMBERS)
        for row in rows:
            table.add_row(*(f"{row[name]:,.{DIGITS.get(name, 0)}f}" for name in NUMBERS))
        console = Console()
        console.print(table)
        if last is None:
            console.print(f"unfinished; `autoagent {self.resumed(journal, run)}` goes on")
        else:
            console.print(Text(printable(ended(last["cause"], last["detail"]))))

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each answer of a model that was taken into the archive."""
        return [json_text.dumps(each) + "\n" for each in examples(journal, run)]

    def leaves(self, journal: Journal, run: str) -> str:
        """Return the best program of all niches."""
        elites = (elite for batch in batches(journal, run) for elite in batch["elites"])
        best = max(elites, key=lambda elite: elite["objective"], default=None)
        if best is None:
            raise ValueError(f"run {run} has found no program so far")
        return str(best["program"])

    def resumed(self, journal: Journal, run: str, db: Path | None = None) -> str:
        """Return the command that goes on with a run of a folder."""
        folder = shlex.quote(str(journal.path.parent))
        domain = shlex.quote(Plan.read(journal, run).domain)
        return f"elm {domain} --out {folder} --resume --run {run}"

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        plan = Plan.read(journal, run)
        if plan.model is None:
            raise ValueError(f"--llm {llm}: the operator {plan.operator} of run {run} asks none")
        return {"model": llm, "llm": llm}

    def _by_chance(self, seed: int) -> Data:
        return {"seed": seed}
