"""`autoagent resume` and `rollback`: go on with a run, from its end or an earlier step."""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autoagent.agent import RECORDED, AutonomousLLM, died
from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.living import Server, budget_of, live
from autoagent.cli.options import (
    ApiKeyOption,
    ApproveOption,
    BaseUrlOption,
    CostOption,
    DbOption,
    ImageOption,
    JsonOption,
    PriceInOption,
    PriceOutOption,
    RunArgument,
    RuntimeOption,
    SecondsOption,
    SkillCallsOption,
    StepsOption,
    TimeoutOption,
    TokensOption,
    UnsafeOption,
)
from autoagent.journal import Journal
from autoagent.llm import load
from autoagent.llm.server.openai import PUBLIC
from autoagent.replay import ACTOR, Past
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
    image: ImageOption = None,
    runtime: RuntimeOption = None,
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
            _say_dead(past, db, json)
            return
        name = llm or past.settings["llm"]
        person = approve or past.settings["approve"]
        _require_model(past, llm, base_url)
        wall = past.same_wall(WallOptions(image=image, runtime=runtime, unsafe=unsafe))
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
            approve=ask_approval if person else None,
            wall=wall,
        )
        model = server.model(name, cost)
        live(opened, model, budget, person=person or name == "human", json=json)


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
    image: ImageOption = None,
    runtime: RuntimeOption = None,
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
        # All that can be wrong with what is given shall be told before there is a new run.
        budget_of(steps, tokens, seconds, cost, skill_calls)
        past = _past(run, db)
        number = past.number_at(to)
        past.same_wall(WallOptions(image=image, runtime=runtime, unsafe=unsafe))
        _require_model(past, llm, base_url)
        if llm is not None and not llm.startswith(RECORDED):
            load(llm, base_url=base_url, api_key=api_key).close()
        with closing(Journal(db)) as journal:
            beginning = next(journal.events(past.run, "run")).data
            origin = {"forked": {"run": past.run, "step": to}}
            fork = journal.fork(past.run, number, beginning | origin)
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
        image=image,
        runtime=runtime,
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


def _require_model(past: Past, llm: str | None, base_url: str | None) -> None:
    """Exit unless it is clear whom the prompts go to: a journal shall not choose that."""
    if past.settings["llm"] == ACTOR and llm is None:
        fail(f"run {past.run} was lived in an environment; name a model with --llm to go on")
    server = past.settings["server"]
    given = llm or base_url or os.environ.get("OPENAI_BASE_URL")
    if server is not None and server != PUBLIC and not given:
        fail(f"run {past.run} was lived with a model at {server}; give --base-url to say where now")


def _say_dead(past: Past, db: Path | None, json: bool) -> None:
    """Say how a run ended that cannot go on, and write it down if nobody could."""
    with closing(Journal(db, read_only=past.end is not None)) as journal:
        ended = died(past, journal).as_dict()
    if json:
        print_json({"summary": {"run": past.run, **ended}})
    else:
        print_end(Console(), past.run, ended)
