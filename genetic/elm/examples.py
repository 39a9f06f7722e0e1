"""What can be learnt from a search: a model's answers that made elites, and the elites themselves.

These are the second and the third stage of the paper: an operator is taught what was accepted, and
a model to write from nothing what evolution has found. What chance has changed is learnt as the
diff that a model would have had to write.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterator, Mapping
from contextlib import closing

from autoagent.events import calls
from autoagent.journal import Data, Journal, JournalError
from autoagent.llm.framing.fence import extract_block
from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import Domain, language_of, open_domain
from genetic.elm.operators import STYLES, Style, UnfitError, diff, write
from genetic.elm.plan import Plan
from genetic.elm.run import batches
from genetic.elm.search import key_of
from genetic.search.own import require_own


def examples(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what a model was asked and answered, where that made an elite; see the module.

    Raises:
        JournalError: The run cannot be read, is damaged, or is not known as the user's own.
    """
    require_own(journal, run, "train on them")
    plan = Plan.read(journal, run)
    with closing(open_domain(plan.domain, together=1)) as domain:
        pass  # what it says of itself is all that is wanted
    elites = {
        elite.number: elite
        for batch in batches(journal, run)
        for elite in map(Elite.of, batch["elites"])
    }
    if plan.operator not in STYLES:
        yield from _changes(elites, run, plan, domain)
        return
    style = STYLES[plan.operator](language_of(domain))
    answers = {call.key: call.completion.text for call in calls(journal, run)}
    for elite, parent in _born(elites, run):
        answer = answers.get(key_of(elite.number))
        text = None if answer is None else extract_block(answer, style.fence)
        if text is None:
            raise _damaged(run, elite, "answer")
        prompt = style.prompt(domain.task, parent.program, elite.message)
        yield _example(style, prompt, text, before=parent.objective, after=elite.objective)


def _born(elites: Mapping[int, Elite], run: str) -> Iterator[tuple[Elite, Elite]]:
    """Yield each elite that was made of another, and that one.

    Raises:
        JournalError: There is no such one.
    """
    for elite in elites.values():
        if elite.parent is None:
            continue
        if elite.parent not in elites:
            raise _damaged(run, elite, "parent")
        yield elite, elites[elite.parent]


def _damaged(run: str, elite: Elite, lacking: str) -> JournalError:
    return JournalError(
        f"the record of run {run} is damaged: elite {elite.number} has no {lacking}"
    )


def _changes(elites: Mapping[int, Elite], run: str, plan: Plan, domain: Domain) -> Iterator[Data]:
    """Yield what chance has changed as diffs, with messages as a model is told them."""
    style = diff(language_of(domain))
    for elite, parent in _born(elites, run):
        message = style.message(domain.function, random.Random(f"{plan.seed}:{elite.number}"))
        prompt = style.prompt(domain.task, parent.program, message)
        outcome = {"before": parent.objective, "after": elite.objective}
        yield from changed(style, prompt, parent.program, elite.program, **outcome)


def changed(
    style: Style, prompt: str, program: str, wanted: str, **outcome: float
) -> Iterator[Data]:
    """Yield a change as the diff that a model would have had to write, if there is one that fits.

    Args:
        style: How a model says diffs.
        prompt: What it is asked.
        program: The program that it is shown.
        wanted: What its diff makes of it.
        outcome: What is to be said of it beside.
    """
    old, new = program.splitlines(), wanted.splitlines()
    hunks = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    text = "\n".join("@@" if line.startswith("@@") else line for line in hunks)
    try:
        if style.read(program, text).strip() != wanted.strip():
            return  # it says less than what was changed
    except UnfitError:
        return  # these lines are found twice
    yield _example(style, prompt, text, **outcome)


def written(archive: Archive, domain: Domain) -> Iterator[Data]:
    """Yield the best of each niche as what a model should write that is told the task alone."""
    style = write(language_of(domain))
    prompt = style.prompt(domain.task, "", "")
    for elite in archive.elites:
        yield _example(style, prompt, elite.program, after=elite.objective)


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
