"""What is told and kept of the life of an agent."""

from __future__ import annotations

import json as json_text

from rich.console import Console

from autoagent.cli.common import print_run
from autoagent.cli.replay import remade
from autoagent.events import recorded_steps
from autoagent.journal import Journal
from autoagent.llm import TALK, Message
from autoagent.llm.framing.prompt import messages
from autoagent.past import Past
from autoagent.steps import Step
from autoagent.ui.report import print_end, print_query, print_step


class AgentRuns:
    """Tells of agents; see `autoagent.cli.kinds.RunKind`."""

    def show(self, journal: Journal, run: str, *, json: bool, query: bool = False) -> None:
        """Print its steps, each after its query if that is wanted, and how it ended."""
        steps = list(recorded_steps(journal, run))
        end = Past.of(journal, run).end
        if json:
            print_run(run, (step.as_dict() for step in steps), end)
            return
        console = Console()
        for step in steps:
            if query:
                print_query(console, step)
            print_step(console, step)
        if end is None:
            console.print(f"run {run} is unfinished; `autoagent resume {run}` goes on")
        else:
            print_end(console, run, end)

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each step."""
        return [_example(step) for step in recorded_steps(journal, run)]

    def leaves(self, journal: Journal, run: str) -> dict[str, bytes]:
        """Return the last files that it made; the life is lived again for that."""
        made = remade(journal, run)
        if not made:
            raise ValueError(
                f"run {run} made no files; `autoagent genome {run} --out FILE` keeps what it became"
            )
        return made


def _example(step: Step) -> str:
    outcome = step.as_dict()
    asked = messages(outcome.pop("query"), TALK)
    said = [*asked, Message(role="assistant", content=outcome.pop("response"))]
    return json_text.dumps({"messages": said, "outcome": outcome}) + "\n"
