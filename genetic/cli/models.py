"""What commands that search share: who is asked, who judges, how many at once, and their ends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import UNREACHABLE, fail, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal
from autoagent.llm import LLM
from autoagent.printable import printable
from genetic.executors import EXECUTORS, Executor, open_executor
from genetic.search.journalled import Finish
from genetic.search.own import require_usual
from genetic.translate.forge.asked import TAUGHT

CALLS = typer.Option(help="Most questions to models, whatever for.")
"""How each search bounds its questions; how many there may be by default, it says itself."""


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Where candidates are judged, and how many at once."""

    workers: Annotated[
        int | None, typer.Option(help="Births side by side (default: processors).", min=1)
    ] = None
    executor: Annotated[
        str, typer.Option(help=f"Where candidates are judged: {', '.join(EXECUTORS)}.")
    ] = "local"
    ray_address: Annotated[
        str | None, typer.Option(help="Ray cluster to join (default: a local one).")
    ] = None

    @property
    def at_once(self) -> int:
        """How many births are side by side."""
        return processors() if self.workers is None else self.workers

    def open(self) -> Executor:
        """Open what judges."""
        return open_executor(self.executor, self.at_once, address=self.ray_address)


def is_given(context: typer.Context, option: str) -> bool:
    """Tell whether an option is given where the command is, and not by a file of settings.

    A run that goes on has what it was begun with, whatever files say by now.
    """
    given = context.get_parameter_source(option)
    return given is not None and given.name == "COMMANDLINE"


def opened(
    stack: ExitStack, names: Sequence[str], server: PricedServer, cost: float | None, task: str
) -> list[LLM]:
    """Return the models of these names, which the stack closes, or exit."""
    models = []
    for name in names:
        server.check(name, cost)
        models.append(stack.enter_context(closing(server.model(name, task))))
    return models


def check_models(journal: Journal, run: str, models: Sequence[str]) -> None:
    """Say whose a run is that is a stranger's, which asks no other model than the usual ones.

    Raises:
        JournalError: It would.
    """
    require_usual(journal, run, models, besides=[TAUGHT])
    if not journal.is_own(run):
        progress(f"run {run} is not known as your own (`autoagent trust {run}` adopts it)")


def remembered(out: str, journal: Journal, run: str | None) -> Path | None:
    """Return where a run that goes on keeps what it finds; a stranger's run chooses no place."""
    if run is None or not out or not journal.is_own(run):
        return None
    progress(f"what is found is kept in {printable(out)}, as before")
    return Path(out)


def refuse_planned(context: typer.Context, options: Iterable[str]) -> None:
    """Exit if something is given again that decides a run."""
    shown = {"rewrite": "--rewrite or --diff"}
    for option in options:
        if is_given(context, option):
            name = shown.get(option, "--" + option.replace("_", "-"))
            fail(f"--resume goes on with the run as it was planned; leave {name} out")


def concluded(cause: Finish, interrupts: Interrupts) -> typer.Exit:
    """Return how a command exits whose search has stopped."""
    return typer.Exit(UNREACHABLE if cause is Finish.UNREACHABLE else interrupts.exit_code)


def processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
