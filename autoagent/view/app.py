"""The application: pages, changes, and what is said when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from autoagent.journal import JournalError
from autoagent.view.changes import changes
from autoagent.view.guard import Guard
from autoagent.view.pages import pages
from autoagent.view.rendering import rendered
from autoagent.view.source import Source
from autoagent.view.started import Started

STATIC = Path(__file__).with_name("static")


def application(
    source: Source,
    started: Started,
    *,
    port: int,
    token: str,
    stopped: Callable[[], bool] = lambda: False,
) -> Guard:
    """Return the application that shows a journal.

    Args:
        source: The journal.
        started: Lives the runs that are taken up from pages.
        port: Where it is served.
        token: What lets a browser in, once.
        stopped: Whether the server stops.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.source, app.state.started, app.state.stopped = source, started, stopped
    app.include_router(pages)
    app.include_router(changes)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(JournalError, _wrong)
    app.add_exception_handler(ValueError, _wrong)
    app.add_exception_handler(RequestValidationError, _unasked)
    return Guard(app, port, token)


def _wrong(request: Request, error: Exception) -> HTMLResponse:
    """Say what is wrong, as the command line does."""
    part = request.headers.get("x-part") == "yes"
    return HTMLResponse(rendered("wrong.html", message=str(error), part=part), 422)


def _unasked(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
    return HTMLResponse(rendered("wrong.html", message=told[:400], part=False), 422)
