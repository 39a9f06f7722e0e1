"""What `run`, `resume` and `rollback` share: an agent lives, and is watched."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.cli.common import GAVE_UP, UNREACHABLE, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.monitoring import OtlpOption, monitored, opened_collector
from autoagent.cli.options import ApproveOption, DbOption, FilesOut, JsonOption
from autoagent.cli.suggest import after_life, command, served
from autoagent.death import Cause, Stop
from autoagent.ended import Ended
from autoagent.listener import Listener, Silent
from autoagent.llm import LLM
from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.live import LiveView


@dataclass(frozen=True, kw_only=True)
class Watched(FilesOut):
    """How a life is watched, and where it is kept."""

    approve: ApproveOption = False
    otlp: OtlpOption = None
    db: DbOption = None
    json: JsonOption = False


def live(
    opened: Callable[..., AutonomousLLM],
    model: LLM | str,
    budget: Budget,
    watched: Watched,
    *,
    prompt: str = "",
    person: bool,
    url: str | None = None,
) -> NoReturn:
    """Let an agent live, show it, say how it ended, and exit.

    Args:
        opened: Opens the agent, given `llm`, `listener` and `db`.
        model: Its model, closed at the end.
        budget: What it may spend.
        watched: How it is watched.
        prompt: What a new life begins with.
        person: Whether a person types on the terminal meanwhile.
        url: The model's server, if it was named.
    """
    json, db = watched.json, watched.db
    collector = None if watched.otlp is None else opened_collector(watched.otlp)
    listener: Listener = JsonLines() if json else LiveView(Console(), streaming=not person)
    try:
        with opened(llm=model, listener=listener, db=db) as agent:
            interrupts = Interrupts(agent, at_once=lambda: person or agent.waiting)
            try:
                steps = agent.run(prompt, budget=budget)
                assert agent.run_id is not None
                with monitored(collector, agent.run_id, db):
                    _live_through(steps, agent)
            except OSError as error:  # such as a standard output without space
                error.add_note(
                    command(f"resume {agent.run_id}{served(url)}", db, "goes on with the run")
                )
                raise
            finally:
                left = watched.write(agent.made)
    finally:
        if isinstance(listener, LiveView):
            listener.close()
        if not isinstance(model, str):
            model.close()
    assert agent.ended is not None
    assert agent.run_id is not None
    report(agent.run_id, agent.ended, listener)
    if isinstance(agent.ended.cause, Cause) and prompt and not agent.spent.steps:
        fail(f"it never came to ask its model ({agent.ended.cause}): {agent.ended.detail}")
    if not json:
        made = bool(agent.made) and watched.out is None
        words = after_life(agent.run_id, agent.ended, agent.steps, made=made, db=db, url=url)
        Console().print(Text(words, style="dim"), soft_wrap=True)
    watched.conclude(agent.run_id, left)
    if agent.ended.cause is Stop.UNREACHABLE:
        raise typer.Exit(UNREACHABLE)
    if agent.ended.cause is Cause.GAVE_UP:
        raise typer.Exit(GAVE_UP)
    raise typer.Exit(interrupts.exit_code)


def _live_through(steps: Iterable[Step], agent: AutonomousLLM) -> None:
    """Go through steps to the end of the run; Ctrl-C is an end like others."""
    try:
        for _ in steps:
            pass
    except KeyboardInterrupt:
        if agent.ended is None:
            raise


class JsonLines(Silent):
    """Prints each step as a line of JSON."""

    def preparing(self, line: str) -> None:
        """Say it where it is no part of the output."""
        progress(line)

    def stepped(self, step: Step) -> None:
        """Print the step."""
        print_json(step.as_dict())


def report(run_id: str, ended: Ended, listener: Listener) -> None:
    """Say how a run stopped."""
    if isinstance(listener, LiveView):
        listener.ended(run_id, ended)
    else:
        print_json({"summary": {"run": run_id, **ended.as_dict()}})
        if ended.cause == Stop.UNREACHABLE:
            detail = printable(ended.detail)
            print(f"error: {detail} (run {run_id} is suspended)", file=sys.stderr)
