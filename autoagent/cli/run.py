"""`autoagent run`: kickstart an object from a prompt and watch it live."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from autoagent.agent import MAX_TOKENS, TEMPERATURE, AutonomousLLM
from autoagent.cli.common import bad_input_exits, decoded, fail
from autoagent.cli.living import Server, budget_of, live
from autoagent.cli.options import (
    ApiKeyOption,
    ApproveOption,
    BaseUrlOption,
    CostOption,
    DbOption,
    FuelOption,
    ImageOption,
    JsonOption,
    MemoryOption,
    OnHarmChoice,
    PolicyChoice,
    PolicyOption,
    PriceInOption,
    PriceOutOption,
    RuntimeOption,
    SandboxOption,
    SecondsOption,
    SkillCallsOption,
    StepsOption,
    TimeoutOption,
    TokensOption,
    UnsafeOption,
)
from autoagent.ui.approve import ask_approval
from autoagent.walls import WallOptions
from sandbox.limits import Limits


def run(
    prompt: Annotated[str | None, typer.Argument(help="What the object begins with.")] = None,
    llm: Annotated[
        str,
        typer.Option(help="smollm2, gguf:PATH, hf:DIR, openai:MODEL, recorded:RUN or human."),
    ] = "smollm2",
    sandbox: SandboxOption = "wasm",
    image: ImageOption = None,
    runtime: RuntimeOption = None,
    unsafe: UnsafeOption = False,
    steps: StepsOption = None,
    tokens: TokensOption = None,
    seconds: SecondsOption = None,
    cost: CostOption = None,
    skill_calls: SkillCallsOption = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    temperature: Annotated[
        float | None,
        typer.Option(
            help=f"Sampling temperature (default: as the model was trained, or {TEMPERATURE}).",
            min=0.0,
        ),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            help=f"Longest answer, in tokens (default: as it was trained, or {MAX_TOKENS}).", min=1
        ),
    ] = None,
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
    approve: ApproveOption = False,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    price_in: PriceInOption = 0.0,
    price_out: PriceOutOption = 0.0,
    timeout: TimeoutOption = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Kickstart an object from PROMPT and watch it live until it dies or its budget ends."""
    text = _prompt(prompt)
    with bad_input_exits():
        budget = budget_of(steps, tokens, seconds, cost, skill_calls)
        server = Server(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            price_in=price_in,
            price_out=price_out,
        )
        opened = partial(
            AutonomousLLM,
            sandbox=sandbox,
            wall=WallOptions(image=image, runtime=runtime, unsafe=unsafe),
            limits=limits_of(fuel, memory_mb, hang),
            policy=policy.value,
            on_harm=on_harm.value,
            skills=[name.strip() for name in skills.split(",") if name.strip()],
            seed=seed,
            temperature=temperature,
            max_tokens=max_tokens,
            db=db,
            approve=ask_approval if approve else None,
        )
        model = server.model(llm, cost)
        live(opened, model, budget, prompt=text, person=approve or llm == "human", json=json)


def limits_of(fuel: int | None, memory_mb: int | None, hang: float | None) -> Limits:
    """Return limits with those values that are given."""
    given = {"fuel": fuel, "memory_mb": memory_mb, "wall_seconds": hang}
    return Limits(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


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
