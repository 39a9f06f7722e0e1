"""What `autoagent rollback` and `resume` do with a run that is no life: a search, say."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from autoagent.activity import AGENT, activity_of, with_article
from autoagent.cli.common import fail, is_given, print_json, progress
from autoagent.cli.kinds import Forking, kind_of
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal

SERVED = ("run", "base_url", "api_key", "timeout", "db", "json")
"""Parameters that concern any kind of run; the others are a life's."""
ROLLED_BACK = (*SERVED, "to", "llm", "seed")
"""Such parameters of `rollback`."""
GOING_ON = (*SERVED, "price_in", "price_out", "tokens", "cost", "seconds")
"""Such parameters of `resume`: those that each command has that goes on with a run."""


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
        if (found := _no_life(journal, name)) is None:
            return False
        run, activity, kind = found
        if kind is None:
            fail(f"run {run} is {with_article(activity)}, which cannot be rolled back")
        resumed = f"`autoagent {kind.resumed(journal, run, db)}`"
        _refuse_options_of_lives(context, ROLLED_BACK, resumed)
    if llm is not None:  # whether there is such a model is told before there is a new run
        server.model(llm, "search").close()
    with closing(Journal(db)) as journal:
        forked = kind.fork(journal, run, to, llm=llm, seed=seed)
        progress(f"run {forked} shares the past of {run} up to {kind.part} {to}")
        progress(f"next: `autoagent {kind.resumed(journal, forked, db)}` goes on")
    if json:
        print_json({"run": forked, "forked": {"run": run, "step": to}})
    return True


def go_on(context: typer.Context, name: str, db: Path | None) -> bool:
    """Go on with a run by the command that began it, or exit; return False if it is a life.

    Args:
        context: That of `resume`; what was given to it is given to the other command.
        name: The run.
        db: The journal's file, if it was named.
    """
    with closing(Journal(db, read_only=True)) as journal:
        if (found := _no_life(journal, name)) is None:
            return False
        run, activity, kind = found
        if kind is None:
            fail(f"run {run} is {with_article(activity)}, which cannot be gone on with")
        resumed, is_alone = kind.resumed(journal, run, db), kind.is_alone(journal, run)
    if not is_alone:
        fail(
            f"run {run} is {with_article(activity)}, and the journal does not have all that goes "
            f"on with it: `autoagent {resumed}`"
        )
    given = _refuse_options_of_lives(context, GOING_ON, f"`autoagent {resumed}`")
    progress(f"`autoagent {resumed}`")
    _invoke(context, shlex.split(resumed), given)
    return True


def _no_life(journal: Journal, name: str) -> tuple[str, str, Forking | None] | None:
    """Return a run's id, its activity and, if it has parts, its kind; None if it is a life."""
    run = journal.find(name)
    begun = next(journal.events(run, "run"), None)
    activity = activity_of(begun.data if begun is not None else None)
    if activity == AGENT:
        return None
    kind = kind_of(journal, run)
    return run, activity, kind if isinstance(kind, Forking) else None


def _refuse_options_of_lives(
    context: typer.Context, taken: Collection[str], resumed: str
) -> list[str]:
    """Return the names of what was given; exit where that is not taken."""
    given = [name for name in context.params if is_given(context, name)]
    for option in given:
        if option in taken:
            continue
        shown = "--" + option.replace("_", "-")
        fail(f"{shown} concerns lives alone; leave it out, and give {resumed} what it takes")
    return given


def _invoke(context: typer.Context, words: list[str], given: Iterable[str]) -> None:
    """Run another command, as if some of what this one was given had been given to it, too."""
    parent: Any = context.find_root()
    name, command, rest = parent.command.resolve_command(parent, words)
    while isinstance(command, TyperGroup):  # `coder complete` is in one
        parent = command.make_context(name, [*rest], parent=parent)
        name, command, rest = command.resolve_command(parent, rest)
    with command.make_context(name, rest, parent=parent) as its:
        for option in its.params.keys() & given:
            its.params[option] = context.params[option]
            its.set_parameter_source(option, context.get_parameter_source(option))
        command.invoke(its)
