"""`autoagent resume` and `rollback`: go on with a run, from its end or an earlier step."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autoagent.agent import AutonomousLLM
from autoagent.checker import Checker
from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.forking import roll_back
from autoagent.cli.monitoring import OtlpOption
from autoagent.cli.options import (
    AnalyzeOption,
    ApproveOption,
    BuiltWall,
    CheckOption,
    DbOption,
    FilesOut,
    JsonOption,
    LifeBudget,
    McpOption,
    OtherSampling,
    PricedServer,
    RunArgument,
    TakenUp,
    listed,
)
from autoagent.cli.watch import live
from autoagent.forks import fork
from autoagent.journal import Journal
from autoagent.llm.server.openai import PUBLIC
from autoagent.past import ACTOR, Past
from autoagent.run import died
from autoagent.trust import notice, settled
from autoagent.ui.approve import ask_approval
from autoagent.ui.report import print_end

ModelOption = Annotated[
    str | None, typer.Option("--llm", help="Another model from here on (default: as before).")
]


def resume(
    run: RunArgument,
    *,
    llm: ModelOption = None,
    budget: LifeBudget,
    sampling: OtherSampling,
    wall: BuiltWall,
    taken: TakenUp,
    check: CheckOption = None,
    analyze: AnalyzeOption = None,
    mcp: McpOption = None,
    out: FilesOut,
    approve: ApproveOption = False,
    server: PricedServer,
    otlp: OtlpOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Go on with RUN where it stopped or was cut off; its budget counts from here."""
    with bad_input_exits():
        spendable = budget.budget()
        past = _past(run, db)
        if past.death is not None:
            _say_dead(past, db, json)
            if out.out is not None:
                progress(f"`autoagent replay {past.run} --out {out.out}` writes its files")
            return
        if told := notice(past):
            progress(told)
        chosen = taken.chosen(llm)
        name = settled(past, chosen)["llm"]
        asked = approve or past.settings["approve"]
        _require_model(past, llm, server.base_url)
        opened = partial(
            AutonomousLLM.resume,
            past.run,
            **asdict(sampling),
            sandbox=chosen.sandbox,
            policy=chosen.policy,
            analyze=listed(analyze),
            limits=chosen.limits,
            check=None if check is None else Checker(check),
            mcp=mcp or (),
            db=db,
            approve=ask_approval if asked else None,
            wall=past.same_wall(wall),
        )
        server.check(name, budget.cost)
        person = asked or name == "human"
        live(
            opened,
            server.actor(name),
            spendable,
            person=person,
            json=json,
            out=out,
            db=db,
            otlp=otlp,
        )


def rollback(
    context: typer.Context,
    run: RunArgument,
    *,
    to: Annotated[
        int,
        typer.Option(
            help="The step to go back to; 0 is birth. Of a search, the last call of a model to "
            "keep; of `elm`, the last batch."
        ),
    ],
    llm: ModelOption = None,
    budget: LifeBudget,
    sampling: OtherSampling,
    wall: BuiltWall,
    taken: TakenUp,
    check: CheckOption = None,
    mcp: McpOption = None,
    out: FilesOut,
    approve: ApproveOption = False,
    server: PricedServer,
    otlp: OtlpOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Start a new run that shares the past of RUN up to a step, and live on from there.

    With the same model and seed it goes the same way again; give another one, or another
    temperature, for another future. A search does not live on at once: the command that began it
    goes on with the new run.
    """
    with bad_input_exits():
        seed = sampling.seed
        if roll_back(context, run, to, llm=llm, seed=seed, server=server, db=db, json=json):
            return
        # All that can be wrong with what is given shall be told before there is a new run.
        budget.budget()
        past = _past(run, db)
        past.number_at(to)
        settled(past, taken.chosen(llm))
        past.same_wall(wall)
        past.require_servers(mcp or ())
        _require_model(past, llm, server.base_url)
        server.check(llm or past.settings["llm"], budget.cost)
        model = None if llm is None else server.actor(llm)
        if model is not None and not isinstance(model, str):
            model.close()
        with closing(Journal(db)) as journal:
            shared = fork(journal, past, to)
        progress(f"run {shared} shares the past of {past.run} up to step {to}")
    resume(
        shared,
        llm=llm,
        budget=budget,
        sampling=sampling,
        wall=wall,
        taken=taken,
        check=check,
        mcp=mcp,
        out=out,
        approve=approve,
        server=server,
        otlp=otlp,
        db=db,
        json=json,
    )


def _past(run: str, db: Path | None) -> Past:
    with closing(Journal(db, read_only=True)) as journal:
        return Past.of(journal, journal.find(run), whose=True)


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
