"""`autoagent run`: kickstart an object from a prompt and watch it live."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from autoagent.agent import AutonomousLLM, Ended, Listener, Silent
from autoagent.budget import Budget
from autoagent.cli.common import (
    UNREACHABLE,
    DbOption,
    FuelOption,
    JsonOption,
    MemoryOption,
    OnHarmChoice,
    PolicyChoice,
    PolicyOption,
    SandboxOption,
    bad_input_exits,
    decoded,
    fail,
    print_json,
    progress,
)
from autoagent.death import Stop
from autoagent.llm import LLM, load
from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.approve import ask_approval
from autoagent.ui.live import LiveView
from autoagent.walls import open_wall
from sandbox.limits import Limits

DEFAULT_STEPS = 20


def run(
    prompt: Annotated[str | None, typer.Argument(help="What the object begins with.")] = None,
    llm: Annotated[
        str,
        typer.Option(help="smollm2, gguf:PATH, openai:MODEL, recorded:RUN or human."),
    ] = "smollm2",
    sandbox: SandboxOption = "wasm",
    steps: Annotated[
        int | None,
        typer.Option(help=f"Most steps (default {DEFAULT_STEPS} if no budget is given)."),
    ] = None,
    tokens: Annotated[int | None, typer.Option(help="Most tokens, in and out together.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Most wall-clock seconds.")] = None,
    cost: Annotated[
        float | None, typer.Option(help="Most money, in the unit of --price-*.")
    ] = None,
    skill_calls: Annotated[int | None, typer.Option(help="Most calls of skills.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    temperature: Annotated[float, typer.Option(help="Sampling temperature.", min=0.0)] = 0.3,
    max_tokens: Annotated[int, typer.Option(help="Longest answer, in tokens.", min=1)] = 384,
    policy: PolicyOption = PolicyChoice.strict,
    on_harm: Annotated[
        OnHarmChoice, typer.Option(help="What harmful code leads to.")
    ] = OnHarmChoice.death,
    fuel: FuelOption = None,
    memory_mb: MemoryOption = None,
    hang: Annotated[
        float | None, typer.Option(help="Seconds without a heartbeat (default 30).")
    ] = None,
    skills: Annotated[str, typer.Option(help="Skills it may use, separated by commas.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Ask before each execution.")] = False,
    base_url: Annotated[str | None, typer.Option(help="Server of an openai: model.")] = None,
    api_key: Annotated[
        str | None, typer.Option(help="Key of that server (better: OPENAI_API_KEY).")
    ] = None,
    price_in: Annotated[float, typer.Option(help="Money per million tokens in.", min=0)] = 0.0,
    price_out: Annotated[float, typer.Option(help="Money per million tokens out.", min=0)] = 0.0,
    timeout: Annotated[float, typer.Option(help="Seconds an openai: answer may take.")] = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Kickstart an object from PROMPT and watch it live until it dies or its budget ends."""
    text = _prompt(prompt)
    with bad_input_exits():
        budget = _budget(steps, tokens, seconds, cost, skill_calls)
        if cost is not None and llm.startswith("openai:") and not (price_in or price_out):
            fail("--cost bounds nothing without prices: give --price-in and --price-out, too")
        limits = limits_of(fuel, memory_mb, hang)
        names = [name.strip() for name in skills.split(",") if name.strip()]
        model: LLM | str = llm
        if not llm.startswith("recorded:"):
            model = load(
                llm,
                base_url=base_url,
                api_key=api_key,
                timeout=timeout,
                price_in=price_in,
                price_out=price_out,
            )
        person = approve or llm == "human"
        listener: Listener = _JsonLines() if json else LiveView(Console(), streaming=not person)
        wall = open_wall(sandbox, progress)
        agent = AutonomousLLM(
            model,
            sandbox=wall,
            limits=limits,
            policy=policy.value,
            on_harm=on_harm.value,
            skills=names,
            seed=seed,
            temperature=temperature,
            max_tokens=max_tokens,
            db=db,
            approve=ask_approval if approve else None,
            listener=listener,
        )
        interrupts = _Interrupts(agent, at_once=person)
        try:
            for _ in agent.run(text, budget=budget):
                pass
        finally:
            agent.close()
            wall.close()
            if not isinstance(model, str):
                model.close()
    assert agent.ended is not None
    _report(agent.run_id or "", agent.ended, listener)
    if agent.ended.cause == Stop.UNREACHABLE:
        raise typer.Exit(UNREACHABLE)
    raise typer.Exit(interrupts.exit_code)


def limits_of(fuel: int | None, memory_mb: int | None, hang: float | None) -> Limits:
    """Return limits with those values that are given."""
    given = {"fuel": fuel, "memory_mb": memory_mb, "wall_seconds": hang}
    return Limits(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


class _JsonLines(Silent):
    """Prints each step as a line of JSON."""

    def stepped(self, step: Step) -> None:
        print_json(step.as_dict())


def _prompt(given: str | None) -> str:
    """Return the prompt: the argument, or typed on the terminal, or read from a pipe."""
    if given is not None:
        return decoded(given.encode("utf-8", "surrogateescape"), "the prompt")
    if sys.stdin.isatty():
        return decoded(typer.prompt("Prompt", err=True).encode(), "the prompt")
    data = sys.stdin.buffer.read()
    if not data.strip():
        fail('no prompt: give one, as in `autoagent run "Define a function"`, or pipe one in')
    return decoded(data, "the prompt")


def _budget(
    steps: int | None,
    tokens: int | None,
    seconds: float | None,
    cost: float | None,
    skill_calls: int | None,
) -> Budget:
    if steps is tokens is seconds is cost is None:
        steps = DEFAULT_STEPS
    return Budget(steps=steps, tokens=tokens, seconds=seconds, cost=cost, skill_calls=skill_calls)


class _Interrupts:
    """The first Ctrl-C or SIGTERM suspends the run, the next kills it.

    Where a person is asked, nothing is waited for.
    """

    def __init__(self, agent: AutonomousLLM, *, at_once: bool) -> None:
        self.exit_code = 0
        self._agent = agent
        self._at_once = at_once
        self._handle_with(self._suspend)

    def _handle_with(self, handler: Callable[[int, FrameType | None], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handler)

    def _suspend(self, number: int, _frame: FrameType | None) -> None:
        self._handle_with(self._kill)
        # Ctrl-C is a person's wish, and done as asked; a terminated program says that it was.
        self.exit_code = 0 if number == signal.SIGINT else 128 + number
        self._agent.pause()
        progress("suspending; Ctrl-C again kills")
        if self._at_once:
            raise KeyboardInterrupt

    def _kill(self, number: int, _frame: FrameType | None) -> None:
        self.exit_code = 128 + number
        self._agent.kill()
        raise KeyboardInterrupt


def _report(run_id: str, ended: Ended, listener: Listener) -> None:
    if isinstance(listener, LiveView):
        listener.ended(run_id, ended)
    else:
        print_json({"summary": {"run": run_id, **ended.as_dict()}})
        if ended.cause == Stop.UNREACHABLE:
            detail = printable(ended.detail)
            print(f"error: {detail} (run {run_id} is suspended)", file=sys.stderr)
