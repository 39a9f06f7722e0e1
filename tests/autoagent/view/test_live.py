import asyncio
import json
from contextlib import closing
from pathlib import Path

from autoagent.journal import Journal
from autoagent.view.live import news
from autoagent.view.source import Source
from tests.autoagent.view.lives import BIRTH, END, lived, step


def states(told: str) -> dict[str, object] | None:
    """Return what an event says, if it is one of the run."""
    name, _, rest = told.partition("\n")
    return json.loads(rest.removeprefix("data: ")) if name == "event: run" else None


def test_a_page_is_told_what_happens(db: Path, own_key: None) -> None:
    run = lived(db, 1, ended=False)

    async def watched() -> list[dict[str, object]]:
        seen: list[dict[str, object]] = []
        with closing(Journal(db)) as journal:
            async for told in news(Source(db), run, stopped=lambda: len(seen) == 3):
                if (state := states(told)) is not None:
                    seen.append(state)
                    if len(seen) == 1:
                        step(journal, run, 2, BIRTH)
                    elif len(seen) == 2:
                        journal.append(run, [("end", END)])
        return seen

    first, second, third = asyncio.run(watched())
    assert (first["steps"], first["ended"]) == (1, False)
    assert (second["steps"], second["ended"]) == (2, False)
    assert third["ended"] is True


def test_a_run_that_is_deleted_meanwhile_is_gone(db: Path, own_key: None) -> None:
    run = lived(db, 1)

    async def watched() -> list[str]:
        told = []
        async for each in news(Source(db), run, stopped=lambda: False):
            told.append(each)
            if len(told) == 1:
                with closing(Journal(db)) as journal:
                    journal.delete(run)
        return told

    assert asyncio.run(watched())[-1].startswith("event: gone")
