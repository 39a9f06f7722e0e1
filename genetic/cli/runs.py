"""What is told and kept of a translation."""

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
from genetic.cli.translation_view import summary
from genetic.search.recorder import best_program
from genetic.translate.lessons import examples
from genetic.translate.plan import Plan
from genetic.translate.recorder import end, fitness_of, generations

NUMBERS = ("births", "judged", "calls")
EVENTS = ("migrations", "restarts", "resurrections")
"""Numbers that are shown where there is one that is not 0."""


class TranslationRuns(SearchKind):
    """Tells of translations; see `autoagent.cli.kinds.RunKind`."""

    command = "translate"
    apart: Mapping[str, Any] = MappingProxyType({"out": ""})  # or both would write into one file

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print its generations, the best program and how it ended."""
        rows, last = list(generations(journal, run)), end(journal, run)
        if json:
            print_run(run, rows, last)
            return
        console = Console()
        shown = (*NUMBERS, *(name for name in EVENTS if any(row.get(name) for row in rows)))
        table = Table("generation", *shown, "best")
        for row in rows:
            fitness = fitness_of(row["fitness"])
            assert fitness is not None
            numbers = (str(row.get(name, "")) for name in ("number", *shown))
            table.add_row(*numbers, summary(fitness))
        if rows:
            console.print(table)
        begun = [event.data for event in journal.events(run, "run")]
        if any(isinstance(each, dict) and each.get("hurried") for each in begun):
            console.print(
                "time ran out while its further inputs were made: elsewhere there are more"
            )
        if last is None:
            console.print(f"unfinished; `autoagent {self.resumed(journal, run)}` goes on")
            return
        if last["best"] is not None:
            fitness = fitness_of(last["best"]["fitness"])
            assert fitness is not None
            # A program is no prose: its lines are as long as they are.
            console.print(Text(printable(last["best"]["program"])), soft_wrap=True)
            console.print(f"the best program: {summary(fitness)}")
        console.print(Text(printable(ended(last["cause"], last["detail"]))))

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each mend that helped, and for a program that is right."""
        return [json_text.dumps(example) + "\n" for example in examples(journal, run)]

    def leaves(self, journal: Journal, run: str) -> str:
        """Return the best program."""
        return best_program(journal, run)

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        return asking(run, Plan.read(journal, run).models, llm)
