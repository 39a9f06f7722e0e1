"""What the events of a journal must look like.

A journal may come from a stranger, or from a disk that lost a part of it. Whoever reads one to
act on it reads it through `checked`, and may rely on names and types from there on.

The checks are plain functions: a library of them takes longer to import than all of this package,
and every command would wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from autoagent.activity import activity_of, with_article
from autoagent.analyzers.analyst import ANALYSIS
from autoagent.analyzers.findings import KINDS
from autoagent.asker import CALL, Call
from autoagent.death import Cause
from autoagent.first_genome import FRAMES, USUAL, FirstGenome, first_genome
from autoagent.guest_files import proper
from autoagent.journal import Data, Event, Journal, JournalError
from autoagent.life import CodePolicy, OnHarm
from autoagent.llm.framing.query import is_query
from autoagent.numbers import is_number, is_whole
from autoagent.organism.result import written
from autoagent.reprompt import Problem
from autoagent.steps import Step, fold
from sandbox.rules import Kind

Check = Callable[[object], bool]

HASH = re.compile("[0-9a-f]{64}")
LONGEST_AGE = 1e11
"""Seconds since the epoch that a calendar still knows."""


def text(value: object) -> bool:
    """Tell whether it is text."""
    return isinstance(value, str)


def one_character(value: object) -> bool:
    """Tell whether it is text of length one."""
    return isinstance(value, str) and len(value) == 1


def flag(value: object) -> bool:
    """Tell whether it is true or false."""
    return isinstance(value, bool)


def integer(value: object) -> bool:
    """Tell whether it is an integer of ordinary size."""
    return is_whole(value)


def count(value: object) -> bool:
    """Tell whether it is an integer that counts something."""
    return is_whole(value) and value >= 0  # type: ignore[operator]


def number(value: object) -> bool:
    """Tell whether it is a finite number of ordinary size."""
    return is_number(value)


def moment(value: object) -> bool:
    """Tell whether it is a time, in seconds since the epoch."""
    return number(value) and 0 <= value < LONGEST_AGE  # type: ignore[operator]


def anything(value: object) -> bool:
    """Accept whatever JSON can say."""
    return True


def result(value: object) -> bool:
    """Tell whether it is what a life may end with."""
    try:
        written(value)
    except ValueError:
        return False
    return True


def manifest(value: object) -> bool:
    """Tell whether it names files, each with the hash of its content."""
    return (
        isinstance(value, dict)
        and all(map(proper, value))
        and all(isinstance(each, str) and HASH.fullmatch(each) for each in value.values())
    )


def maybe(check: Check) -> Check:
    """Accept None, too."""
    return lambda value: value is None or check(value)


def one_of(*values: str) -> Check:
    """Accept these texts alone."""
    return lambda value: isinstance(value, str) and value in values


def list_of(check: Check) -> Check:
    """Accept lists of these."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def mapping_of(check: Check) -> Check:
    """Accept objects with values of this kind, whatever their names."""
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def unless_missing(check: Check) -> Check:
    """Mark a field that need not be there."""
    return _Optional(check)


class _Optional:
    """A check of a field that may be missing."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __call__(self, value: object) -> bool:
        """Check what is there."""
        return self.check(value)


def record(**fields: Check) -> Check:
    """Accept objects that have these fields."""
    return lambda value: isinstance(value, dict) and not _wrong(value, fields)


VIOLATIONS = list_of(record(kind=one_of(*get_args(Kind)), what=text, line=maybe(count)))
WALL = record(image=maybe(text), runtime=maybe(text), unsafe=flag)
SPENT = record(steps=count, tokens=count, seconds=number, cost=number, skill_calls=count)
CHANGEABLE: dict[str, Check] = {
    "llm": text,
    "server": maybe(text),
    "sandbox": text,
    "wall": WALL,
    "build": text,
    "seed": integer,
    "temperature": number,
    "max_tokens": count,
    "approve": flag,
    "analyze": unless_missing(list_of(text)),
    "weights": unless_missing(mapping_of(text)),
}

COMPLETION: dict[str, Check] = {
    "text": text,
    "tokens_in": count,
    "tokens_out": count,
    "finish": one_of("stop", "length"),
    "model": text,
    "cost": number,
    "shortened": flag,
    "temperature": number,
    "seed": integer,
}

FIRST = record(
    name=text,
    base=text,
    text=text,
    hash=text,
    profile=record(
        frame=one_of(*FRAMES),
        temperature=number,
        max_tokens=count,
        attempts=count,
        memory=count,
    ),
)
TOLD = record(
    cut=unless_missing(flag),
    shortened=unless_missing(flag),
    left=unless_missing(mapping_of(number)),
    tokens=unless_missing(count),
    context=unless_missing(count),
    seconds=unless_missing(number),
    memory_mb=unless_missing(count),
)
EFFECTS = record(
    task=maybe(text), hits=list_of(record(name=text, at=count, character=one_character))
)
FINDING = record(
    code=text, message=text, line=count, column=count, end_line=count, end_column=count
)
FOUND = record(
    analyzer=text,
    version=text,
    kind=one_of(*KINDS),
    score=number,
    passed=flag,
    message=text,
    digest=text,
    findings=list_of(FINDING),
    calls=unless_missing(count),
    tokens_in=unless_missing(count),
    tokens_out=unless_missing(count),
)

FIELDS: dict[str, dict[str, Check]] = {
    "run": {
        **CHANGEABLE,
        "genome": unless_missing(FIRST),
        "net": unless_missing(flag),
        "edits": unless_missing(flag),
        "files": unless_missing(manifest),
        "prompt": text,
        "policy": one_of(*get_args(CodePolicy)),
        "on_harm": one_of(*get_args(OnHarm)),
        "limits": record(fuel=count, memory_mb=count, wall_seconds=number, output_bytes=count),
        "skills": list_of(text),
        "skill_genomes": unless_missing(mapping_of(mapping_of(lambda value: True))),
        "mcp": unless_missing(list_of(text)),
    },
    "resume": CHANGEABLE,
    "born": {
        "prompt": text,
        "policy": one_of(*get_args(CodePolicy)),
        "seed": integer,
        "output_bytes": count,
        "skills": mapping_of(text),
        "build": text,
        "now": moment,
        "genome": unless_missing(FIRST),
        "net": unless_missing(flag),
        "files": unless_missing(manifest),
        "told": unless_missing(TOLD),
    },
    "heartbeat": {"step": count, "query": is_query, "genome": text},
    CALL: {
        **COMPLETION,
        "key": text,
        "digest": text,
        "problem": maybe(one_of(*get_args(Problem))),
    },
    ANALYSIS: {
        "digest": text,
        "variant": text,
        "analyzers": list_of(text),
        "found": list_of(FOUND),
    },
    "refused": {},
    "reply": {
        "text": text,
        "verdict": VIOLATIONS,
        "now": moment,
        "effects": unless_missing(EFFECTS),
        "told": unless_missing(TOLD),
    },
    "skill": {"name": text, "input": mapping_of(anything), "now": moment},
    "act": {"name": text, "input": mapping_of(anything), "now": moment},
    "check": {
        "cause": one_of(Cause.FINISHED, Cause.GAVE_UP),
        "result": result,
        "refusal": maybe(text),
        "now": moment,
    },
    "judge": {"verdict": VIOLATIONS, "now": moment},
    "outcome": {
        "step": count,
        "harm": VIOLATIONS,
        "stdout": text,
        "error": text,
        "genome": text,
        "changed": list_of(text),
        "state": list_of(text),
        "alive": flag,
        "cause": maybe(one_of(*Cause)),
        "fuel": maybe(count),
        "ms": number,
    },
    "end": {
        "cause": text,
        "detail": text,
        "limit": maybe(text),
        "spent": SPENT,
        "result": unless_missing(result),
    },
}


def checked(run: str, events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events of a run, as long as they are what they must be.

    Raises:
        JournalError: One is not; the message says which, and what is wrong with it.
    """
    for event in events:
        if event.kind == "run" and isinstance(event.data, dict) and "activity" in event.data:
            raise JournalError(
                f"run {run} is {with_article(activity_of(event.data))}, not the life of an agent; "
                f"`autoagent show {run}` and `export` tell of it, `resume` names what goes on"
            )
        fields = FIELDS.get(event.kind)
        wrong = ["its kind"] if fields is None else _wrong(event.data, fields)
        if not moment(event.at):
            wrong.append("its time")
        if wrong:
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} ({event.kind[:40]}) "
                f"has a wrong or missing {', '.join(wrong)}"
            )
        yield event


def recorded_steps(journal: Journal, run: str) -> Iterator[Step]:
    """Yield the completed steps of a run, as they were recorded.

    Raises:
        JournalError: They cannot be read, or are damaged.
    """
    return fold(run, checked(run, journal.events(run)))


def born_with(journal: Journal, run: str) -> FirstGenome:
    """Return what the organism of a run began with; the usual genome where the run tells none.

    Raises:
        JournalError: The run cannot be read.
    """
    told = next((event.data.get("genome") for event in journal.events(run, "run")), None)
    return FirstGenome.of(told) if told and FIRST(told) else first_genome(USUAL)


def analyzed_by(journal: Journal, run: str) -> list[str]:
    """Return the names of the analyzers that looked at the answers of a run when it was begun.

    Raises:
        JournalError: The run cannot be read.
    """
    told = next((event.data.get("analyze") for event in journal.events(run, "run")), None)
    return told if isinstance(told, list) and list_of(text)(told) else []


def edited_in(journal: Journal, run: str) -> bool:
    """Tell whether answers in a run may have been edits of its organism.

    Raises:
        JournalError: The run cannot be read.
    """
    return any(event.data.get("edits") is True for event in journal.events(run, "run"))


def calls(journal: Journal, run: str) -> Iterator[Call]:
    """Yield what models answered in a run: to its organism, to skills, or to the search it is.

    Raises:
        JournalError: They cannot be read, or are damaged.
    """
    return (Call.of(event.data) for event in checked(run, journal.events(run, CALL)))


def analyses(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what analyzers found in a run.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    return (event.data for event in checked(run, journal.events(run, ANALYSIS)))


def _wrong(data: object, fields: dict[str, Check]) -> list[str]:
    """Name the fields that are missing or of another kind."""
    if not isinstance(data, dict):
        return ["content"]
    return [
        name
        for name, check in fields.items()
        if not (check(data[name]) if name in data else isinstance(check, _Optional))
    ]
