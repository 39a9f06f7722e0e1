"""What commands that search share: which models are asked, and how many at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing

from autoagent.cli.common import fail, progress
from autoagent.cli.options import PricedServer
from autoagent.journal import Journal
from autoagent.llm import LLM
from autoagent.trust import USUAL
from genetic.translate.forge.asked import TAUGHT


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
    """Exit if a run that is a stranger's would ask another model than the usual ones."""
    if journal.is_own(run):
        return
    others = [model for model in models if model not in (USUAL["llm"], TAUGHT)]
    if others:
        fail(
            f"run {run} is not known as your own, and would ask {others[0]}; adopt it first: "
            f"`autoagent trust {run}`"
        )
    progress(f"run {run} is not known as your own (`autoagent trust {run}` adopts it)")


def processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
