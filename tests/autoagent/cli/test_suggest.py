"""What the last line of a command suggests."""

from __future__ import annotations

from pathlib import Path

from autoagent.budget import Spent
from autoagent.cli.suggest import after_life, after_search
from autoagent.death import Cause, Stop
from autoagent.ended import Ended


def test_a_life_whose_worker_died_goes_on() -> None:
    ended = Ended(cause=Cause.WORKER, limit=None, detail="", spent=Spent())
    told = after_life("r", ended, 2, made=True, db=Path("j.db"))
    assert told == "next: `autoagent resume r --db j.db` goes on"


def test_what_goes_on_names_the_server_that_was_named() -> None:
    ended = Ended(cause=Stop.PAUSED, limit=None, detail="", spent=Spent())
    url = "http://127.0.0.1:1/v 1"
    option = "--base-url 'http://127.0.0.1:1/v 1'"
    told = after_life("r", ended, 3, made=False, db=None, url=url)
    assert told == f"next: `autoagent resume r {option}` goes on"
    told = after_search("r", "evolve", unfinished=False, db=None, url=url, more="--calls")
    kept, on = told.split(", ")
    assert "--base-url" not in kept
    assert on == f"`autoagent evolve --resume r --calls N {option}` goes on"
