"""What is told and kept of a completion."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from autoagent.cli.common import print_json
from autoagent.events import count, flag, list_of, number, record, text
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm.framing.query import is_query
from autoagent.printable import printable
from autoagent.ui.words import counted
from genetic.cli.forking import SearchKind, asking
from genetic.coder.plan import CoderPlan
from genetic.coder.run import ACTIVITY, COMPLETED
from genetic.search.bounds import first_plan

SHAPE = record(
    key=text, completion=text, passing=flag, score=number, loops=count, messages=list_of(bool)
)


class CoderRuns(SearchKind):
    """Tells of completions; see `autoagent.cli.kinds.RunKind`."""

    command = "coder complete"

    def is_alone(self, journal: Journal, run: str) -> bool:
        """Tell whether the journal knows all that goes on: an evaluation has pairs elsewhere."""
        return "code" in first_plan(journal, run, ACTIVITY, self.command)

    def resumed(self, journal: Journal, run: str, db: Path | None = None) -> str:
        """Return the command that goes on with a run."""
        if self.is_alone(journal, run):
            return super().resumed(journal, run, db)
        return "coder evaluate --config FILE"

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print what was written, and what the analyzers made of it."""
        console = Console()
        for done in completed(journal, run):
            if json:
                print_json(done)
                continue
            passing = "passing" if done["passing"] else "not passing"
            console.print(Text(printable(done["completion"])), soft_wrap=True)
            steps = counted(done["loops"], "steps")
            told = f"{done['key']}: {passing}, {steps}, score {done['score']:g}"
            console.print(Text(printable(told)))

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each completion that passes: an answer to what came first.

        What was written before it, and what was said of that, is nothing to learn.
        """
        return [
            json_text.dumps({"messages": _without_detours(done["messages"])}) + "\n"
            for done in completed(journal, run)
            if done["passing"]
        ]

    def leaves(self, journal: Journal, run: str) -> str:
        """Return the last completion."""
        done = completed(journal, run)
        if not done:
            raise ValueError(f"run {run} has completed nothing so far")
        return str(done[-1]["completion"])

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        return asking(run, CoderPlan.read(journal, run).models, llm)


def _without_detours(messages: list[Any]) -> list[Any]:
    """Return the first question, with what is before it, and the last answer."""
    asked = next(place for place, each in enumerate(messages) if each["role"] == "user")
    return [*messages[: asked + 1], messages[-1]]


def completed(journal: Journal, run: str) -> list[dict[str, Any]]:
    """Return what was completed in a run.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    events = list(journal.events(run, COMPLETED))
    for event in events:
        if not (SHAPE(event.data) and is_query(event.data["messages"])):
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} ({COMPLETED}) has a "
                "wrong or missing field"
            )
    return [event.data for event in events]
