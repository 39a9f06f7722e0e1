"""What `autoagent rollback` does with a run that is no life: a search, say."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import typer

from autoagent.activity import AGENT, activity_of, with_article
from autoagent.cli.common import fail, print_json, progress
from autoagent.cli.kinds import Forking, kind_of
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal

TAKEN = ("run", "to", "llm", "seed", "base_url", "api_key", "timeout", "db", "json")
"""Parameters that concern any kind of run; the others are a life's."""


def roll_back(
    context: typer.Context,
    name: str,
    to: int,
    *,
    llm: str | None,
    seed: int | None,
    server: PricedServer,
    db: Path | None,
    json: bool,
) -> bool:
    """Begin a run that shares the past of another, or exit; return False if that is a life.

    What goes on with it is the command that began the other, which has options of its own.
    """
    with closing(Journal(db, read_only=True)) as journal:
        run = journal.find(name)
        begun = next(journal.events(run, "run"), None)
        activity = activity_of(begun.data if begun is not None else None)
        if activity == AGENT:
            return False
        kind = kind_of(journal, run)
        if not isinstance(kind, Forking):
            fail(f"run {run} is {with_article(activity)}, which cannot be rolled back")
        _refuse_options_of_lives(context, f"`autoagent {kind.resumed(journal, run, db)}`")
    if llm is not None:  # whether there is such a model is told before there is a new run
        server.model(llm, "search").close()
    with closing(Journal(db)) as journal:
        forked = kind.fork(journal, run, to, llm=llm, seed=seed)
        progress(f"run {forked} shares the past of {run} up to {kind.part} {to}")
        progress(f"next: `autoagent {kind.resumed(journal, forked, db)}` goes on")
    if json:
        print_json({"run": forked, "forked": {"run": run, "step": to}})
    return True


def _refuse_options_of_lives(context: typer.Context, resumed: str) -> None:
    for option in context.params:
        given = context.get_parameter_source(option)
        if option not in TAKEN and given is not None and given.name == "COMMANDLINE":
            shown = "--" + option.replace("_", "-")
            fail(f"{shown} concerns lives alone; leave it out, and give {resumed} what it takes")
