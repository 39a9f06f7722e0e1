"""What can be learnt from a search: the answers of a model that were taken into the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from autoagent.events import calls
from autoagent.journal import Data, Journal, JournalError
from genetic.elm.archive import Elite
from genetic.elm.domain import open_domain
from genetic.elm.operators import STYLES
from genetic.elm.plan import Plan
from genetic.elm.run import batches
from genetic.elm.search import key_of


def examples(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what a model was asked and answered, where that made an elite.

    Raises:
        JournalError: The run cannot be read, or is damaged.
    """
    plan = Plan.read(journal, run)
    if plan.operator not in STYLES:
        return
    with closing(open_domain(plan.domain, together=1)) as domain:
        task = domain.task
    elites = {
        elite.number: elite
        for batch in batches(journal, run)
        for elite in map(Elite.of, batch["elites"])
    }
    answers = {call.key: call.completion.text for call in calls(journal, run)}
    for elite in elites.values():
        if elite.parent is None:
            continue
        parent, answer = elites.get(elite.parent), answers.get(key_of(elite.number))
        if parent is None or answer is None:
            raise JournalError(
                f"the record of run {run} is damaged: elite {elite.number} has no "
                "parent or no answer"
            )
        prompt = STYLES[plan.operator].prompt(task, parent.program, elite.message)
        yield {
            "messages": [
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": answer},
            ],
            "outcome": {"before": parent.objective, "after": elite.objective},
        }
