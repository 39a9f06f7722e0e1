"""What is told and kept of a search with an evaluator."""

from __future__ import annotations

import json as json_text
import shlex
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import print_run
from autoagent.cli.suggest import in_journal
from autoagent.journal import Data, Journal
from autoagent.printable import printable
from autoagent.ui.words import ended
from genetic.cli.forking import SearchKind, asking
from genetic.evolve.plan import Plan
from genetic.evolve.recorder import born, end, lessons
from genetic.search.bounds import last_plan
from genetic.search.own import require_own
from genetic.search.recorder import best_program
from genetic.search.text import gist


class EvolveRuns(SearchKind):
    """Tells of such searches; see `autoagent.cli.kinds.RunKind`."""

    command = "evolve"
    apart: Mapping[str, Any] = MappingProxyType({"out": ""})  # or both would write into one folder
    has_texts = False
    """Whether the texts are so short that a table can show how each begins."""

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print who was born, the best program and how it ended."""
        rows, last = list(born(journal, run)), end(journal, run)
        if json:
            print_run(run, rows, last)
            return
        console = Console()
        texts = ("x",) if self.has_texts else ()
        table = Table("candidate", "made of", "calls", "score", "best", *texts, "problem")
        for row in rows:
            score, best = ("" if row[name] is None else f"{row[name]:.6g}" for name in SCORES)
            made_of = next(iter(row["parents"]), "")
            cells = [row["name"], made_of, str(row["calls"]), score, best]
            cells += [gist(row.get("program") or "")[:SHOWN]] if self.has_texts else []
            table.add_row(*(Text(printable(cell)) for cell in (*cells, row["problem"][:SHOWN])))
        console.print(table)
        if last is None:
            console.print(f"unfinished; `autoagent {self.resumed(journal, run)}` goes on")
            return
        if last["best"] is not None:
            # A program is no prose: its lines are as long as they are.
            console.print(Text(printable(last["best"]["program"])), soft_wrap=True)
        console.print(Text(printable(ended(last["cause"], last["detail"]))))

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each answer that made a program better."""
        require_own(journal, run, "train on them")
        return [
            json_text.dumps(
                {
                    "messages": [
                        {"role": "user", "content": lesson["prompt"]},
                        {"role": "assistant", "content": lesson["answer"]},
                    ],
                    "outcome": {"before": lesson["before"], "after": lesson["after"]},
                }
            )
            + "\n"
            for lesson in lessons(journal, run)
        ]

    def leaves(self, journal: Journal, run: str) -> str:
        """Return the best program."""
        return best_program(journal, run)

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        return asking(run, Plan.read(journal, run).models, llm)


class OptimizeRuns(EvolveRuns):
    """Tells of searches of `genetic.optimize`."""

    command = "optimize"
    apart = SearchKind.apart
    has_texts = True

    def is_alone(self, journal: Journal, run: str) -> bool:
        """Tell whether the journal knows the file; a stranger's names none to be executed."""
        return _file(journal, run) is not None

    def resumed(self, journal: Journal, run: str, db: Path | None = None) -> str:
        """Return the command that goes on with a run."""
        file = _file(journal, run)
        named = "FILE" if file is None else shlex.quote(file)
        return f"{self.command} {named} --resume {run}{in_journal(db)}"

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        return {"llm": llm}


def _file(journal: Journal, run: str) -> str | None:
    """Return the file that a run of one's own looks for, if it was given as one."""
    file = last_plan(journal, run).get("file")
    return file if isinstance(file, str) and file and journal.is_own(run) else None


SCORES = ("score", "best")
SHOWN = 60
"""Characters of a cell."""
