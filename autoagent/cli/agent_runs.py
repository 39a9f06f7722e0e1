"""What `show` and `export` tell of the life of an agent."""

from __future__ import annotations

import json as json_text

from rich.console import Console

from autoagent.cli.common import print_run
from autoagent.events import recorded_steps
from autoagent.journal import Journal
from autoagent.llm import TALK, Message
from autoagent.llm.framing.prompt import messages
from autoagent.replay import Past
from autoagent.steps import Step
from autoagent.ui.report import print_end, print_step


class AgentRuns:
    """Tells of agents; see `autoagent.cli.kinds.RunKind`."""

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print its steps, and how it ended."""
        steps = list(recorded_steps(journal, run))
        end = Past.of(journal, run).end
        if json:
            print_run(run, (step.as_dict() for step in steps), end)
            return
        console = Console()
        for step in steps:
            print_step(console, step)
        if end is None:
            console.print(f"run {run} is unfinished; `autoagent resume {run}` goes on")
        else:
            print_end(console, run, end)

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return a line of JSON for each step."""
        return [_example(step) for step in recorded_steps(journal, run)]


def _example(step: Step) -> str:
    outcome = step.as_dict()
    asked = messages(outcome.pop("query"), TALK)
    said = [*asked, Message(role="assistant", content=outcome.pop("response"))]
    return json_text.dumps({"messages": said, "outcome": outcome}) + "\n"
