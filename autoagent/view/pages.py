"""The pages: what is looked at. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse

from autoagent.activity import AGENT
from autoagent.files import encoded
from autoagent.journal import Journal, JournalError
from autoagent.view import catalogue, live
from autoagent.view.branches import branches
from autoagent.view.catalogue import Listed, Wanted
from autoagent.view.life import MOST_ROWS, about, spent
from autoagent.view.lifeline import rewritten, turn
from autoagent.view.panels import VIEWS, Panel, born_named
from autoagent.view.rendering import rendered
from autoagent.view.results import shelves
from autoagent.view.rows import row
from autoagent.view.source import Source
from autoagent.view.started import Started

WHOLE = ("response", "stdout", "error")
pages = APIRouter(default_response_class=HTMLResponse)


def _source(request: Request) -> Source:
    return request.app.state.source  # type: ignore[no-any-return]


def _started(request: Request) -> Started:
    return request.app.state.started  # type: ignore[no-any-return]


SourceOf = Annotated[Source, Depends(_source)]
StartedOf = Annotated[Started, Depends(_started)]
Text = Annotated[str, Query(max_length=200)]


@pages.get("/")
def runs(
    source: SourceOf,
    text: Text = "",
    kind: Text = "",
    model: Text = "",
    tag: Text = "",
    hidden: bool = False,
    before_at: float | None = None,
    before_run: Text = "",
) -> str:
    """Return the list of runs."""
    before = None if before_at is None else (before_at, before_run)
    wanted = Wanted(text=text, kind=kind, model=model, tag=tag, hidden=hidden, before=before)
    marks = source.marks.all()
    with source.open() as journal:
        page, total = catalogue.page(journal, wanted, marks), catalogue.total(journal)
    tags = sorted({each for mark in marks.values() for each in mark.tags})
    return rendered(
        "runs.html", wanted=wanted, page=page, total=total, tags=tags, kinds=[AGENT, *VIEWS],
        journal=str(source.path), results=bool(source.results),
    )  # fmt: skip


@pages.get("/results")
def results(source: SourceOf) -> str:
    """Return what there is to see of the folders of results, as they are now."""
    found = shelves(source.results)
    return rendered("results.html", shelves=found, journal=str(source.path))


@pages.get("/run/{run}")
def one(
    run: str, source: SourceOf, started: StartedOf, step: int | None = None, born: Text = ""
) -> str:
    """Return the page of a run."""
    with source.open() as journal:
        listed = _listed(source, journal, run)
        begun = about(journal, run)
        common: dict[str, Any] = {
            "run": listed,
            "begun": begun,
            "spent": spent(journal, run),
            "own": source.is_own(journal, run),
            "started": started.runs(run),
            "complaint": started.complaint(run),
            "journal": str(source.path),
        }
        if listed.kind != AGENT:
            panels = _panels(journal, listed)
            common |= {"panels": panels, "born": born_named(panels, born)}
            return rendered("search.html", **common)
        line = source.lifeline(journal, run)
        chosen = max(line.done, 1) if step is None else step
        first = max(1, min(chosen - MOST_ROWS // 2, line.done - MOST_ROWS + 1))
        rows = [row(each) for each in line.steps(journal, first, MOST_ROWS)]
        common |= {"line": line, "rows": rows, "first": first, "step": chosen, "turn": None}
        if line.beats:
            common |= {"turn": turn(journal, line, chosen)}
            common |= {"changes": rewritten(journal, line, chosen)}
        return rendered("life.html", **common)


@pages.get("/run/{run}/rows")
def rows(
    run: str,
    source: SourceOf,
    first: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
) -> str:
    """Return a part of a timeline."""
    with source.open() as journal:
        line = source.lifeline(journal, _known(journal, run))
        found = [row(step) for step in line.steps(journal, first, size)]
    return rendered("rows.html", rows=found, name=run, step=None)


@pages.get("/run/{run}/step/{number}")
def step(run: str, number: int, source: SourceOf) -> str:
    """Return a step with all its texts."""
    with source.open() as journal:
        line = source.lifeline(journal, _known(journal, run))
        listed = _listed(source, journal, run)
        shown = turn(journal, line, number)
        changes = rewritten(journal, line, number)
        own = source.is_own(journal, run)
    return rendered(
        "step.html", run=listed, turn=shown, changes=changes, line=line, own=own, step=number
    )


@pages.get("/run/{run}/text/{number}/{what}", response_class=PlainTextResponse)
def whole(run: str, number: int, what: str, source: SourceOf) -> PlainTextResponse:
    """Return a text as it is, to be kept as a file."""
    if what not in WHOLE:
        raise JournalError(f"a step has no {what[:40]!r}; only {', '.join(WHOLE)}")
    with source.open() as journal:
        line = source.lifeline(journal, _known(journal, run))
        said = getattr(turn(journal, line, number).step, what)
    name = f"{run}-{number}-{what}.txt"
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(encoded(said), headers=kept)


@pages.get("/run/{run}/genome")
def genome(run: str, source: SourceOf, a: int | None = None, b: int | None = None) -> str:
    """Return what an organism changed in itself between two steps."""
    with source.open() as journal:
        listed = _listed(source, journal, run)
        line = source.lifeline(journal, run)
        later = line.done if b is None else b
        earlier = 0 if a is None else a
        if not line.beats:
            raise JournalError(f"run {run} has no steps, and so no genome")
        before, after = (journal.genome(line.genome_at(step)) for step in (earlier, later))
        shared = [(each, source.lifeline(journal, each.run)) for each in branches(journal, run)]
    return rendered(
        "genome.html",
        run=listed,
        line=line,
        a=earlier,
        b=later,
        before=before,
        after=after,
        changes=before.diff(after),
        steps=line.changes(),
        branches=shared,
        journal=str(source.path),
    )


@pages.get("/run/{run}/panels")
def panels(run: str, source: SourceOf, born: Text = "") -> str:
    """Return what there is to see of a search, as it is now."""
    with source.open() as journal:
        listed = _listed(source, journal, run)
        shown = _panels(journal, listed)
    return rendered("panels.html", panels=shown, born=born_named(shown, born), run=listed)


@pages.get("/run/{run}/live")
async def watch(run: str, request: Request, source: SourceOf) -> StreamingResponse:
    """Tell whenever a run has gone on."""

    async def told() -> AsyncIterator[str]:
        async for each in live.news(source, run, stopped=lambda: request.app.state.stopped()):
            yield each

    return StreamingResponse(told(), media_type="text/event-stream")


def _known(journal: Journal, run: str) -> str:
    """Return the id of a run that there is.

    Raises:
        JournalError: There is none of that id.
    """
    if not journal.select("SELECT 1 FROM events WHERE run = ? LIMIT 1", run):
        raise JournalError(f"no run {run[:40]!r} in {journal.path}")
    return run


def _listed(source: Source, journal: Journal, run: str) -> Listed:
    return catalogue.one(journal, _known(journal, run), source.marks.all())


def _panels(journal: Journal, listed: Listed) -> list[Panel]:
    """Return what its kind shows of a run; of a kind that shows nothing, nothing."""
    if listed.kind not in VIEWS:
        return []
    return list(VIEWS[listed.kind]().panels(journal, listed.run))
