"""`autoagent resume` and `rollback`: go on with a run, from its end or an earlier step."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autoagent.agent import AutonomousLLM
from autoagent.cli.common import bad_input_exits, print_json, progress
from autoagent.cli.living import Server, budget_of, live
from autoagent.cli.options import (
    ApiKeyOption,
    ApproveOption,
    BaseUrlOption,
    CostOption,
    DbOption,
    JsonOption,
    PriceInOption,
    PriceOutOption,
    RunArgument,
    SecondsOption,
    SkillCallsOption,
    StepsOption,
    TimeoutOption,
    TokensOption,
    UnsafeOption,
)
from autoagent.journal import Journal
from autoagent.replay import Past
from autoagent.ui.approve import ask_approval
from autoagent.ui.report import print_end
from autoagent.walls import WallOptions

ModelOption = Annotated[
    str | None, typer.Option("--llm", help="Another model from here on (default: as before).")
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", help="Another seed of the model's sampling from here on.")
]
TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", help="Another temperature from here on.", min=0.0)
]
MaxTokensOption = Annotated[
    int | None, typer.Option("--max-tokens", help="Another longest answer from here on.", min=1)
]


def resume(
    run: RunArgument,
    llm: ModelOption = None,
    steps: StepsOption = None,
    tokens: TokensOption = None,
    seconds: SecondsOption = None,
    cost: CostOption = None,
    skill_calls: SkillCallsOption = None,
    seed: SeedOption = None,
    temperature: TemperatureOption = None,
    max_tokens: MaxTokensOption = None,
    unsafe: UnsafeOption = False,
    approve: ApproveOption = False,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    price_in: PriceInOption = 0.0,
    price_out: PriceOutOption = 0.0,
    timeout: TimeoutOption = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Go on with RUN where it stopped or was cut off; its budget counts from here."""
    with bad_input_exits():
        budget = budget_of(steps, tokens, seconds, cost, skill_calls)
        past = _past(run, db)
        if past.death is not None:
            _say_dead(past, json)
            return
        name = llm or past.settings["llm"]
        server = Server(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            price_in=price_in,
            price_out=price_out,
        )
        opened = partial(
            AutonomousLLM.resume,
            past.run,
            seed=seed,
            temperature=temperature,
            max_tokens=max_tokens,
            db=db,
            approve=ask_approval if approve else None,
            wall=WallOptions(**past.settings["wall"] | {"unsafe": unsafe}),
        )
        model = server.model(name, cost)
        live(opened, model, budget, person=approve or name == "human", json=json)


def rollback(
    run: RunArgument,
    to: Annotated[int, typer.Option(help="The step to go back to; 0 is birth.")],
    llm: ModelOption = None,
    steps: StepsOption = None,
    tokens: TokensOption = None,
    seconds: SecondsOption = None,
    cost: CostOption = None,
    skill_calls: SkillCallsOption = None,
    seed: SeedOption = None,
    temperature: TemperatureOption = None,
    max_tokens: MaxTokensOption = None,
    unsafe: UnsafeOption = False,
    approve: ApproveOption = False,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    price_in: PriceInOption = 0.0,
    price_out: PriceOutOption = 0.0,
    timeout: TimeoutOption = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Start a new run that shares the past of RUN up to a step, and live on from there.

    With the same model and seed it goes the same way again; give another one, or another
    temperature, for another future.
    """
    with bad_input_exits():
        budget_of(steps, tokens, seconds, cost, skill_calls)
        past = _past(run, db)
        number = past.number_at(to)
        with closing(Journal(db)) as journal:
            origin = {"forked": {"run": past.run, "step": to}}
            fork = journal.fork(past.run, number, past.settings | origin)
        progress(f"run {fork} shares the past of {past.run} up to step {to}")
    resume(
        fork,
        llm=llm,
        steps=steps,
        tokens=tokens,
        seconds=seconds,
        cost=cost,
        skill_calls=skill_calls,
        seed=seed,
        temperature=temperature,
        max_tokens=max_tokens,
        unsafe=unsafe,
        approve=approve,
        base_url=base_url,
        api_key=api_key,
        price_in=price_in,
        price_out=price_out,
        timeout=timeout,
        db=db,
        json=json,
    )


def _past(run: str, db: Path | None) -> Past:
    with closing(Journal(db, read_only=True)) as journal:
        return Past.of(journal, journal.find(run))


def _say_dead(past: Past, json: bool) -> None:
    """Say how a run ended that cannot go on."""
    assert past.death is not None
    spent = {"steps": len(past.turns), "tokens": 0, "seconds": 0.0}
    end = past.end or {"cause": past.death.value, "detail": past.last_words, "spent": spent}
    if json:
        print_json({"summary": {"run": past.run, **end}})
    else:
        print_end(Console(), past.run, end)
