"""What `run`, `resume` and `rollback` share: a model, a budget, a life that is watched."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import typer
from rich.console import Console

from autoagent.agent import RECORDED, AutonomousLLM
from autoagent.budget import Budget
from autoagent.cli.common import UNREACHABLE, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import DEFAULT_STEPS
from autoagent.death import Stop
from autoagent.listener import Ended, Listener, Silent
from autoagent.llm import LLM, load
from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.live import LiveView


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How to reach an ``openai:`` model, and what it costs."""

    base_url: str | None
    api_key: str | None
    timeout: float
    price_in: float
    price_out: float

    def model(self, name: str, cost: float | None) -> LLM | str:
        """Return the model of that name; a recording stays a name, which the journal resolves."""
        if (
            cost is not None
            and name.startswith("openai:")
            and not (self.price_in or self.price_out)
        ):
            fail("--cost bounds nothing without prices: give --price-in and --price-out, too")
        if name.startswith(RECORDED):
            return name
        return load(
            name,
            base_url=self.base_url,
            api_key=self.api_key,
            timeout=self.timeout,
            price_in=self.price_in,
            price_out=self.price_out,
        )


def budget_of(
    steps: int | None,
    tokens: int | None,
    seconds: float | None,
    cost: float | None,
    skill_calls: int | None,
) -> Budget:
    """Return the budget that is given, or the default one."""
    if steps is tokens is seconds is cost is None:
        steps = DEFAULT_STEPS
    return Budget(steps=steps, tokens=tokens, seconds=seconds, cost=cost, skill_calls=skill_calls)


def live(
    opened: Callable[..., AutonomousLLM],
    model: LLM | str,
    budget: Budget,
    *,
    prompt: str = "",
    person: bool,
    json: bool,
) -> NoReturn:
    """Let an agent live, show it, say how it ended, and exit.

    Args:
        opened: Opens the agent, given `llm` and `listener`.
        model: Its model, closed at the end.
        budget: What it may spend.
        prompt: What a new life begins with.
        person: Whether a person types on the terminal meanwhile.
        json: Whether to print lines of JSON.
    """
    listener: Listener = JsonLines() if json else LiveView(Console(), streaming=not person)
    try:
        with opened(llm=model, listener=listener) as agent:
            interrupts = Interrupts(agent, at_once=person)
            for _ in agent.run(prompt, budget=budget):
                pass
    finally:
        if isinstance(listener, LiveView):
            listener.close()
        if not isinstance(model, str):
            model.close()
    assert agent.ended is not None
    assert agent.run_id is not None
    report(agent.run_id, agent.ended, listener)
    if agent.ended.cause == Stop.UNREACHABLE:
        raise typer.Exit(UNREACHABLE)
    raise typer.Exit(interrupts.exit_code)


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
