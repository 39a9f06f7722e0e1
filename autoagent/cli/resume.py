"""`autoagent resume` and `rollback`: go on with a run, from its end or an earlier step."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autoagent.agent import AutonomousLLM
from autoagent.checker import Checker
from autoagent.cli.common import BAD_INPUT, bad_input_exits, fail, print_json, progress
from autoagent.cli.forking import go_on, roll_back
from autoagent.cli.options import (
    AnalyzeOption,
    BuiltWall,
    CheckOption,
    LifeBudget,
    McpOption,
    OtherSampling,
    PricedServer,
    RunArgument,
    TakenUp,
    listed,
)
from autoagent.cli.watch import Watched, live
from autoagent.forks import fork
from autoagent.journal import Journal
from autoagent.llm.server.openai import PUBLIC
from autoagent.past import ACTOR, Past
from autoagent.run import died
from autoagent.trust import notice, settled
from autoagent.ui.approve import ask_approval
from autoagent.ui.report import print_end


@dataclass(frozen=True, kw_only=True)
class GoingOn(TakenUp):
    """How a run goes on, and with whom."""

    llm: Annotated[
        str | None, typer.Option(help="Another model from here on (default: as before).")
    ] = None
    check: CheckOption = None
    mcp: McpOption = None


def resume(
    context: typer.Context,
    run: RunArgument,
    *,
    taken: GoingOn,
    budget: LifeBudget,
    sampling: OtherSampling,
    wall: BuiltWall,
    analyze: AnalyzeOption = None,
    server: PricedServer,
    watched: Watched,
) -> None:
    """Go on with RUN where it stopped or was cut off; a life's budget counts from here.

    A search goes on as by its own command, which takes more options.
    """
    with bad_input_exits():
        if go_on(context, run, watched.db):
            return
        spendable = budget.budget()
        past = _past(run, watched.db)
        if past.death is not None:
            _say_dead(past, watched)
            return
        if told := notice(past):
            progress(told)
        chosen = taken.chosen(taken.llm)
        name = settled(past, chosen)["llm"]
        asked = watched.approve or past.settings["approve"]
        _require_model(past, taken.llm, server.base_url)
        opened = partial(
            AutonomousLLM.resume,
            past.run,
            **asdict(sampling),
            sandbox=chosen.sandbox,
            policy=chosen.policy,
            analyze=listed(analyze),
            limits=chosen.limits,
            check=None if taken.check is None else Checker(taken.check),
            mcp=taken.mcp or (),
            approve=ask_approval if asked else None,
            wall=past.same_wall(wall),
        )
        server.check(name, budget.cost)
        person = asked or name == "human"
        model = server.actor(name)
        if taken.llm is None and not isinstance(model, str):
            past.require_same_weights(model)
        live(opened, model, spendable, watched, person=person, url=server.base_url)


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
    taken: GoingOn,
    budget: LifeBudget,
    sampling: OtherSampling,
    wall: BuiltWall,
    server: PricedServer,
    watched: Watched,
) -> None:
    """Start a new run that shares the past of RUN up to a step, and live on from there.

    With the same model and seed it goes the same way again; give another one, or another
    temperature, for another future. A search does not live on at once: the command that began it
    goes on with the new run.
    """
    with bad_input_exits():
        if roll_back(
            context,
            run,
            to,
            llm=taken.llm,
            seed=sampling.seed,
            server=server,
            db=watched.db,
            json=watched.json,
        ):
            return
        # What is known to be wrong with what is given is told before there is a new run.
        budget.budget()
        past = _past(run, watched.db)
        upto = past.number_at(to)
        settled(past, taken.chosen(taken.llm))
        past.same_wall(wall)
        past.require_servers(taken.mcp or ())
        _require_model(past, taken.llm, server.base_url)
        server.check(taken.llm or past.settings["llm"], budget.cost)
        model = None if taken.llm is None else server.actor(taken.llm)
        if model is not None and not isinstance(model, str):
            model.close()
        with closing(Journal(watched.db)) as journal:
            shared = fork(journal, past, to)
        progress(f"run {shared} shares the past of {past.run} up to step {to}")
    try:
        resume(
            context,
            shared,
            taken=taken,
            budget=budget,
            sampling=sampling,
            wall=wall,
            server=server,
            watched=watched,
        )
    except typer.Exit as stop:
        if stop.exit_code == BAD_INPUT:
            _forget_unlived(shared, upto, watched.db)
        raise


def _forget_unlived(run: str, upto: int, db: Path | None) -> None:
    """Delete a run that has nothing but the past that it was begun with."""
    with closing(Journal(db)) as journal:
        if any(journal.events(run, after=upto)):
            return
        journal.delete(run)
    progress(f"run {run} is deleted again: it could not go on")


def _past(run: str, db: Path | None) -> Past:
    with closing(Journal(db, read_only=True)) as journal:
        found = journal.find(run)
        return Past.of(journal, found, whose=True)


def _require_model(past: Past, llm: str | None, base_url: str | None) -> None:
    """Exit unless it is clear whom the prompts go to: a journal shall not choose that."""
    if past.settings["llm"] == ACTOR and llm is None:
        fail(f"run {past.run} was lived in an environment; name a model with --llm to go on")
    server = past.settings["server"]
    given = llm or base_url or os.environ.get("OPENAI_BASE_URL")
    if server is not None and server != PUBLIC and not given:
        fail(f"run {past.run} was lived with a model at {server}; give --base-url to say where now")


def _say_dead(past: Past, watched: Watched) -> None:
    """Say how a run ended that cannot go on, and write it down if nobody could."""
    with closing(Journal(watched.db, read_only=past.end is not None)) as journal:
        ended = died(past, journal).as_dict()
    if watched.json:
        print_json({"summary": {"run": past.run, **ended}})
    else:
        print_end(Console(), past.run, ended)
    if watched.out is not None:
        progress(f"`autoagent replay {past.run} --out {watched.out}` writes its files")
