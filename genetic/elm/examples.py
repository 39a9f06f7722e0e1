"""What can be learnt from a search: a model's answers that made elites, and the elites themselves.

These are the second and the third stage of the paper: an operator is taught what was accepted, and
a model to write from nothing what evolution has found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from autoagent.events import calls
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm.framing.fence import extract_block
from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import Domain, open_domain
from genetic.elm.operators import STYLES, WRITE, Style
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
    style = STYLES[plan.operator]
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
        written = None if answer is None else extract_block(answer, style.fence)
        if parent is None or written is None:
            raise JournalError(
                f"the record of run {run} is damaged: elite {elite.number} has no "
                "parent or no answer"
            )
        prompt = style.prompt(task, parent.program, elite.message)
        yield _example(style, prompt, written, before=parent.objective, after=elite.objective)


def written(archive: Archive, domain: Domain) -> Iterator[Data]:
    """Yield the best of each niche as what a model should write that is told the task alone."""
    prompt = WRITE.prompt(domain.task, "", "")
    for elite in archive.elites:
        yield _example(WRITE, prompt, elite.program, after=elite.objective)


def _example(style: Style, prompt: str, text: str, **outcome: float) -> Data:
    """Return an example in the frame in which it is asked for again."""
    frame, text = style.frame, text.rstrip()
    return {
        "messages": [
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": text + frame.rest(text)},
        ],
        "frame": frame.as_dict(),
        "outcome": outcome,
    }
