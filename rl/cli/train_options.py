"""What the commands that train have in common: their options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.options import JsonOption, OnHarmChoice, SeedOption
from rl.cli.common import DiagnosticsReward, HarmReward, SurvivalReward


@dataclass(frozen=True, kw_only=True)
class World:
    """Where episodes are lived."""

    env: Annotated[
        str | None, typer.Option(help="Another registered environment (default: survival).")
    ] = None
    hazards: Annotated[
        str | None,
        typer.Option(help="Names with commas between, such as hunger,radiation, or none."),
    ] = None
    difficulty: Annotated[float | None, typer.Option(help="Scales the hazards (default 1).")] = None
    difficulty_end: Annotated[
        float | None,
        typer.Option(help="Difficulty from update --horizon on (default: as --difficulty)."),
    ] = None
    prompt: Annotated[str | None, typer.Option(help="What the organism is asked first.")] = None
    sandbox: Annotated[str | None, typer.Option(help="Wall to live behind.")] = None
    split: Annotated[
        str | None,
        typer.Option(help="Micro-tasks that are posed: training (default), test or all."),
    ] = None
    max_steps: Annotated[int | None, typer.Option(help="Most steps of an episode.")] = None
    skills: Annotated[
        str | None,
        typer.Option(
            help="Skills the organism may use, separated by commas; no model answers them."
        ),
    ] = None
    on_harm: Annotated[
        OnHarmChoice | None, typer.Option(help="What harmful code leads to (default death).")
    ] = None
    genome: Annotated[
        str | None, typer.Option(help="small, capable or FILE: what organisms are born with.")
    ] = None
    reward_survival: SurvivalReward = None
    reward_harm: HarmReward = None
    reward_diagnostics: DiagnosticsReward = None


@dataclass(frozen=True, kw_only=True)
class Running:
    """How a policy is trained, whatever learns: options of `rl.settings.RunSettings`."""

    updates: Annotated[int, typer.Option(help="Most updates, with those before a resume.")] = 100
    episodes: Annotated[int, typer.Option(help="Complete episodes for each update.")] = 16
    envs: Annotated[int, typer.Option(help="Environments side by side.")] = 8
    group: Annotated[
        int, typer.Option(help="Episodes that begin in the same state and are compared.")
    ] = 1
    lead: Annotated[
        int, typer.Option(help="Steps of a life after which a group begins (default: at birth).")
    ] = 0
    clip: Annotated[float | None, typer.Option(help="Largest norm of a gradient (default 1).")] = (
        None
    )
    horizon: Annotated[
        int | None,
        typer.Option(
            help="Update in which what changes is at its end (default: edits 40, else --updates)."
        ),
    ] = None
    micro_batch: Annotated[
        int | None, typer.Option(help="Turns scored at once (default: edits 4096, else 4).")
    ] = None
    patience: Annotated[
        float, typer.Option(help="Seconds after which a hanging environment is replaced.")
    ] = 60.0
    seconds: Annotated[
        float | None, typer.Option(help="Most seconds, with those before a resume.")
    ] = None
    env_steps: Annotated[
        int | None, typer.Option(help="Most steps of environments, with those before a resume.")
    ] = None
    seed: SeedOption = 0


@dataclass(frozen=True, kw_only=True)
class Learning(Running):
    """How REINFORCE trains: an option for each of `rl.settings.Settings`."""

    baseline: Annotated[str, typer.Option(help="none, mean, value, rloo or group.")] = "rloo"
    gamma: Annotated[
        float | None,
        typer.Option(help="Discount of rewards for each turn (default: edits 0.95, lm 0.99)."),
    ] = None
    lr: Annotated[
        float | None,
        typer.Option(
            help="Step size of Adam (default: edits 0.01, lm 0.00001, with --lora 0.001)."
        ),
    ] = None
    entropy: Annotated[
        float | None, typer.Option(help="Weight of the entropy bonus (default: edits 0.3, lm 0).")
    ] = None
    lr_end: Annotated[
        float | None, typer.Option(help="Step size from update --horizon on (default: as --lr).")
    ] = None
    entropy_end: Annotated[
        float | None,
        typer.Option(
            help="Weight of the bonus from update --horizon on (default: edits 0.03, lm the same)."
        ),
    ] = None
    entropy_floor: Annotated[
        float | None, typer.Option(help="Nats of a token beyond which there is no bonus.")
    ] = None
    kl: Annotated[float, typer.Option(help="Weight of leaving the reference.")] = 0.0
    normalise: Annotated[
        bool, typer.Option("--normalise", help="Bring advantages to zero mean and unit deviation.")
    ] = False
    epochs: Annotated[
        int, typer.Option(help="Steps on the episodes of an update; several need --ratio-clip.")
    ] = 1
    ratio_clip: Annotated[
        float | None, typer.Option(help="Bound of likelihood ratios, such as 0.2.")
    ] = None
    minibatch: Annotated[
        int | None,
        typer.Option(help="Turns of each step, of --ratio-clip (default: all at once)."),
    ] = None
    importance_cap: Annotated[
        float | None,
        typer.Option(help="Weigh tokens by trained over sampled likelihood, at most by this."),
    ] = None
    harm: Annotated[
        str,
        typer.Option(help="reward, or constraint: a price of its own, that rises while it occurs."),
    ] = "reward"


@dataclass(frozen=True, kw_only=True)
class Rejecting(Running):
    """How rejection sampling trains: an option for each of `rl.rejection.RejectionSettings`."""

    keep: Annotated[
        float, typer.Option(help="Share of the lives that is learned from, the best of them.")
    ] = 0.25
    least: Annotated[
        float | None, typer.Option(help="Return below which no life is learned from.")
    ] = None
    epochs: Annotated[int, typer.Option(help="How often each kept answer is seen.")] = 2
    batch: Annotated[int, typer.Option(help="Answers of each step.")] = 8
    lr: Annotated[
        float | None,
        typer.Option(help="Step size of Adam (default: 0.0003 with --lora, else 0.00003)."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """The language model that is trained, and how it writes."""

    llm: Annotated[
        str | None,
        typer.Option(help="smollm2, gguf:PATH, hf:DIR or constrained:MODEL (default: smollm2)."),
    ] = None
    lora: Annotated[
        int | None, typer.Option(help="Rank of the adapters (default: train all weights).")
    ] = None
    temperature: Annotated[
        float | None, typer.Option(help="Of sampling and of training (default 1).")
    ] = None
    max_tokens: Annotated[
        int | None, typer.Option(help="Longest answer, in tokens (default 128).")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where a run is kept, and what is shown of it."""

    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="New folder of the run (default: train-edits, -lm, -rft).",
        ),
    ] = None
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the run in this folder.", file_okay=False)
    ] = None
    json: JsonOption = False
