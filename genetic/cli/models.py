"""What commands that search share: who is asked, who judges, how many at once, and their ends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer

from autoagent.budget import Budget
from autoagent.cli.common import UNREACHABLE, fail, progress
from autoagent.cli.common import is_given as is_given
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal
from autoagent.llm import LLM
from autoagent.llm.server.openai import PUBLIC
from autoagent.printable import printable
from autoagent.ui.words import counted
from genetic.executors import EXECUTORS, Executor, open_executor
from genetic.search.bounds import last_plan
from genetic.search.journalled import Finish
from genetic.search.own import require_usual
from genetic.translate.forge.asked import TAUGHT

SHOWN = {
    "rewrite": "--rewrite or --diff",
    "source": "SOURCE",
    "setting": "--set",
    "measures": "--measure",
}
"""What parameters are called on the command line, where that is another name."""
CALLS = typer.Option(help="Most questions to models, whatever for.")
"""How each search bounds its questions; how many there may be by default, it says itself."""
CHARS_A_TOKEN = 3
"""A cautious guess, for programs."""


class Priced(Protocol):
    """What a search's settings say of its questions."""

    @property
    def calls(self) -> int | None:
        """Most of them; None where the generations decide."""

    @property
    def prompt_chars(self) -> int:
        """The longest one."""

    @property
    def max_tokens(self) -> int:
        """The longest answer."""


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


def require_server(journal: Journal, run: str, base_url: str | None) -> None:
    """Exit unless it is clear whom questions go to: a journal shall not choose that.

    Nor shall it be the public server, with the user's key and programs, for want of another.
    """
    known = last_plan(journal, run).get("server")
    if known not in (None, PUBLIC) and not (base_url or os.environ.get("OPENAI_BASE_URL")):
        where = printable(str(known)[:200])
        fail(f"run {run} asked a model at {where}; give --base-url to say where now")


def remembered(out: str, journal: Journal, run: str | None) -> Path | None:
    """Return where a run that goes on keeps what it finds; a stranger's run chooses no place."""
    if run is None or not out or not journal.is_own(run):
        return None
    progress(f"what is found is kept in {printable(out)}, as before")
    return Path(out)


def price(settings: Priced, server: PricedServer, budget: Budget, known: int = 0) -> str:
    """Say what a search may take at most.

    Args:
        settings: How it searches.
        server: What tokens cost.
        budget: What the user lets it spend.
        known: How many questions were asked already.
    """
    if settings.calls is None:
        return "as many questions as the generations take: --calls bounds them"
    calls, answer = max(settings.calls - known, 0), settings.max_tokens
    question = settings.prompt_chars // CHARS_A_TOKEN
    tokens = calls * (question + answer)
    cost = calls * (question * server.price_in + answer * server.price_out) / 1e6
    if budget.tokens is not None:
        tokens = min(tokens, budget.tokens)
    if budget.cost is not None:
        cost = min(cost, budget.cost)
    words = f"at most {counted(calls, 'questions')}, {counted(tokens, 'tokens')}"
    return f"{words}, cost {cost:.4g}" if cost else words


def refuse_planned(context: typer.Context, options: Iterable[str]) -> None:
    """Exit if something is given again that decides a run."""
    for option in options:
        if is_given(context, option):
            name = SHOWN.get(option, "--" + option.replace("_", "-"))
            fail(f"--resume goes on with the run as it was planned; leave {name} out")


def concluded(cause: Finish, interrupts: Interrupts) -> typer.Exit:
    """Return how a command exits whose search has stopped."""
    return typer.Exit(UNREACHABLE if cause is Finish.UNREACHABLE else interrupts.exit_code)


def processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
