"""Journals that earlier versions wrote, and what was told of them then."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from autoagent.journal import Journal
from autoagent.life import Life
from autoagent.past import Past
from autoagent.replay import Recalling, Relived, relive
from sandbox.limits import Limits
from sandbox.session import Sandbox

HOME = Path(__file__).parent / "journals"


def told_of(schema: int) -> dict[str, dict[str, Any]]:
    """Return what was told of the runs in the journal of a schema."""
    told: dict[str, dict[str, Any]] = json.loads((HOME / f"schema{schema}.json").read_text())
    return told


def copied(schema: int, folder: Path) -> Path:
    """Return a copy of the journal of a schema, which may be written to."""
    return Path(shutil.copy(HOME / f"schema{schema}.db", folder / "old.db"))


def past_of(db: Path, run: str) -> Past:
    with closing(Journal(db, read_only=True)) as journal:
        return Past.of(journal, run)


def lived_again(past: Past, wall: Sandbox) -> list[Relived]:
    """Live all of a past again, as its run was set."""
    limits = Limits(**past.settings["limits"])
    host, on_harm = Recalling(past), past.settings["on_harm"]
    with closing(Life(wall, limits=limits, on_harm=on_harm, host=host)) as life:
        return list(relive(life, past, wall))
