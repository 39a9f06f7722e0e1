"""The options of `autoagent evaluate`, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from autoagent.budget import Budget
from autoagent.cli.common import fail
from autoagent.cli.options import OnHarmChoice, PricedServer, SeedOption
from autoagent.first_genome import USUAL
from autoagent.meter import Meter
from rl.cli.common import DiagnosticsReward, HarmReward, SurvivalReward

COLD, PAID = "cold:", "openai:"


@dataclass(frozen=True, kw_only=True)
class World:
    """What policies live in, and how language models write there."""

    env: Annotated[str, typer.Option(help="Environment of policies that write.")] = (
        "env:autoagent/Survival-v1"
    )
    hazards: Annotated[
        str | None,
        typer.Option(
            help="Names with commas between, or none (default: hunger; for edits also lesions)."
        ),
    ] = None
    difficulty: Annotated[float, typer.Option(help="Scales the hazards.")] = 1.0
    split: Annotated[
        str, typer.Option(help="Micro-tasks that are posed: training, test or all.")
    ] = "test"
    skills: Annotated[
        str,
        typer.Option(help="Skills organisms may use, separated by commas; no model answers them."),
    ] = ""
    on_harm: Annotated[OnHarmChoice, typer.Option(help="What harmful code leads to.")] = (
        OnHarmChoice.death
    )
    max_steps: Annotated[int, typer.Option(help="Most steps of a life.", min=1)] = 32
    sandbox: Annotated[str, typer.Option(help="Wall to live behind.")] = "wasm"
    genome: Annotated[
        str, typer.Option(help="small, capable or FILE: what organisms are born with.")
    ] = USUAL
    reward_survival: SurvivalReward = None
    reward_harm: HarmReward = None
    reward_diagnostics: DiagnosticsReward = None
    temperature: Annotated[
        float | None,
        typer.Option(help="Of language models (default: as a checkpoint was trained, or 1)."),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(help="Longest answer (default: as a checkpoint was trained, or 96)."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Lives:
    """How many lives there are, and how they are lived."""

    episodes: Annotated[int, typer.Option(help="Lives for each policy.", min=1)] = 32
    seed: SeedOption = 0
    envs: Annotated[int, typer.Option(help="Environments side by side.", min=1)] = 8
    patience: Annotated[
        float, typer.Option(help="Seconds after which a hanging environment is replaced.")
    ] = 60.0


@dataclass(frozen=True, kw_only=True)
class KeptIn:
    """Where what is found out is kept, and gone on with."""

    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for report.md, report.json and survival.png."),
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is in the folder --out.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class Paying:
    """What may be spent on ``openai:`` models, before a resume and after it."""

    tokens: Annotated[
        int | None, typer.Option(help="Most tokens of openai: models, in and out together.")
    ] = None
    cost: Annotated[
        float | None, typer.Option(help="Most money for them, in the unit of --price-*.")
    ] = None

    def meter(self, policies: Sequence[str], server: PricedServer) -> Meter:
        """Return what counts it, or exit where a bound bounds nothing."""
        warm = [name.removeprefix(COLD) for name in policies]
        for name in warm:
            server.check(name, self.cost)
        bound = self.tokens is not None or self.cost is not None
        if bound and not any(name.startswith(PAID) for name in warm):
            fail("--tokens and --cost bound what openai: models take, and none is evaluated")
        meter = Meter()
        meter.start(Budget(tokens=self.tokens, cost=self.cost))
        return meter
