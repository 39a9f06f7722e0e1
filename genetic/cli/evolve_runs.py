"""What is told and kept of a search with an evaluator."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import print_run
from autoagent.journal import Data, Journal
from autoagent.printable import printable
from autoagent.ui.words import ended
from genetic.cli.forking import SearchKind, asking
from genetic.evolve.plan import Plan
from genetic.evolve.recorder import born, end, lessons
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

    command = "optimize FILE"
    alone = False
    apart = SearchKind.apart
    has_texts = True

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        return {"llm": llm}


SCORES = ("score", "best")
SHOWN = 60
"""Characters of a cell."""
