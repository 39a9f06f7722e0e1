from pathlib import Path

from autoagent.budget import Spent
from autoagent.cli.suggest import after_life
from autoagent.death import Cause
from autoagent.ended import Ended


def test_a_life_whose_worker_died_goes_on() -> None:
    ended = Ended(cause=Cause.WORKER, limit=None, detail="", spent=Spent())
    told = after_life("r", ended, 2, made=True, db=Path("j.db"))
    assert told == "next: `autoagent resume r --db j.db` goes on"
