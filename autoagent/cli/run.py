"""`autoagent run`: kickstart an object from a prompt and watch it live."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated

import typer

from autoagent.agent import AutonomousLLM
from autoagent.checker import Checker
from autoagent.cli.common import bad_input_exits, decoded, fail
from autoagent.cli.options import (
    AnalyzeOption,
    Bounds,
    BuiltWall,
    CheckOption,
    InOption,
    LifeBudget,
    McpOption,
    OnHarmChoice,
    PolicyChoice,
    PolicyOption,
    PricedServer,
    Sampling,
    SandboxOption,
    SkillGenomeOption,
    Switch,
    listed,
    read_skill_genome,
)
from autoagent.cli.watch import Watched, live
from autoagent.first_genome import first_genome
from autoagent.folders import read_folder
from autoagent.llm import known_models
from autoagent.ui.approve import ask_approval


@dataclass(frozen=True, kw_only=True)
class BornWith:
    """What a life begins with, beside its prompt."""

    genome: Annotated[
        str | None,
        typer.Option(help="small, capable or FILE: what it is born with (default: by the model)."),
    ] = None
    net: Annotated[
        Switch,
        typer.Option(help="Put back what worked when a method that replaced it raises."),
    ] = Switch.on
    edits: Annotated[
        bool,
        typer.Option("--edits", help="Have it edit what it is made of, too, not only redefine it."),
    ] = False
    in_: InOption = None
    skills: Annotated[str, typer.Option(help="Skills it may use, separated by commas.")] = ""
    skill_genome: SkillGenomeOption = None


def run(
    prompt: Annotated[str | None, typer.Argument(help="What the object begins with.")] = None,
    *,
    llm: Annotated[
        str,
        typer.Option(help=f"Who answers: {', '.join(known_models())}."),
    ] = "smollm2",
    sandbox: SandboxOption = "wasm",
    wall: BuiltWall,
    budget: LifeBudget,
    sampling: Sampling,
    policy: PolicyOption = PolicyChoice.strict,
    on_harm: Annotated[
        OnHarmChoice, typer.Option(help="What harmful code leads to.")
    ] = OnHarmChoice.death,
    bounds: Bounds,
    hang: Annotated[
        float | None, typer.Option(help="Seconds without a heartbeat (default 30).")
    ] = None,
    born: BornWith,
    check: CheckOption = None,
    analyze: AnalyzeOption = None,
    mcp: McpOption = None,
    server: PricedServer,
    watched: Watched,
) -> None:
    """Kickstart an object from PROMPT and watch it live until it dies or its budget ends."""
    text = _prompt(prompt)
    begins = read_skill_genome(born.skill_genome)
    with bad_input_exits():
        spendable = budget.budget()
        server.check(llm, budget.cost)
        opened = partial(
            AutonomousLLM,
            sandbox=sandbox,
            wall=wall,
            limits=bounds.limits(hang),
            policy=policy.value,
            on_harm=on_harm.value,
            genome=None if born.genome is None else first_genome(born.genome),
            net=born.net is Switch.on,
            edits=born.edits or None,
            check=None if check is None else Checker(check),
            analyze=listed(analyze),
            files=None if born.in_ is None else read_folder(born.in_),
            skills=listed(born.skills) or (),
            mcp=mcp or (),
            skill_genomes=None if begins is None else {"translate": begins},
            **asdict(sampling),
            approve=ask_approval if watched.approve else None,
        )
        person = watched.approve or llm == "human"
        live(
            opened,
            server.actor(llm),
            spendable,
            watched,
            prompt=text,
            person=person,
            url=server.base_url,
        )


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
