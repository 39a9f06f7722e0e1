"""What can be changed from a page: by POST alone, which the guard lets through from here only."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from autoagent.forks import fork
from autoagent.journal import Journal
from autoagent.past import Past
from autoagent.view.pages import SourceOf, StartedOf
from autoagent.view.source import Source
from autoagent.view.started import require_startable

LONGEST = 1 << 16
"""Bytes of a form."""
STEPS = 20
changes = APIRouter(default_response_class=RedirectResponse)


async def _fields(request: Request) -> dict[str, str]:
    """Return the fields of a form.

    Raises:
        ValueError: It is longer than any of ours.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise ValueError("that is too long for a form of these pages")
    told = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in told.items()}


Fields = Annotated[dict[str, str], Depends(_fields)]


@changes.post("/run/{run}/resume")
def resume(run: str, fields: Fields, source: SourceOf, started: StartedOf) -> RedirectResponse:
    """Go on with a run."""
    past = _past(source, run)
    if past.death is not None:
        raise ValueError(f"run {run} is over: {past.death}; roll back to an earlier step instead")
    started.resume(run, _integer(fields, "steps") or STEPS, _integer(fields, "seed"))
    return _back(run)


@changes.post("/run/{run}/rollback")
def rollback(run: str, fields: Fields, source: SourceOf, started: StartedOf) -> RedirectResponse:
    """Begin a run that shares the past of another up to a step, and go on with that."""
    past = _past(source, run)
    step, steps, seed = (_integer(fields, name) for name in ("step", "steps", "seed"))
    if step is None:
        raise ValueError("a step to go back to is missing")
    with closing(Journal(source.path)) as journal:
        shared = fork(journal, past, step)
    started.resume(shared, steps or STEPS, seed)
    return _back(shared)


@changes.post("/run/{run}/pause")
def pause(run: str, started: StartedOf) -> RedirectResponse:
    """Stop a run that was taken up from a page."""
    started.pause(run)
    return _back(run)


@changes.post("/run/{run}/tags")
def tags(run: str, fields: Fields, source: SourceOf) -> RedirectResponse:
    """Tag a run."""
    with source.open() as journal:
        name = journal.find(run)
    source.marks.tag(name, fields.get("tags", "").replace(",", " ").split())
    return _back(name)


@changes.post("/run/{run}/hide")
def hide(run: str, fields: Fields, source: SourceOf) -> RedirectResponse:
    """Leave a run out of the list, or show it there again."""
    with source.open() as journal:
        name = journal.find(run)
    source.marks.hide(name, hidden=fields.get("hidden") == "yes")
    return _back(name)


@changes.post("/run/{run}/delete")
def delete(run: str, fields: Fields, source: SourceOf) -> RedirectResponse:
    """Delete a run, if its id is typed again."""
    if fields.get("again", "").strip() != run:
        raise ValueError(f"nothing is deleted: type the run's id, {run}, to delete it")
    with closing(Journal(source.path)) as journal:
        journal.delete(journal.find(run))
    source.marks.forget(run)
    return RedirectResponse("/", 303)


def _past(source: Source, run: str) -> Past:
    """Return the past of a run that may be taken up from a page.

    Raises:
        ValueError: It may not, or cannot.
        JournalError: It cannot be read.
    """
    with source.open() as journal:
        past = Past.of(journal, journal.find(run), whose=True)
    require_startable(past)
    return past


def _integer(fields: dict[str, str], name: str) -> int | None:
    told = fields.get(name, "").strip()
    if not told:
        return None
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise ValueError(f"{name} must be a whole number, 0 or more, got {told[:40]!r}")
    return int(told)


def _back(run: str) -> RedirectResponse:
    return RedirectResponse(f"/run/{run}", 303)
