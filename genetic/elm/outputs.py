"""What a search leaves in its folder, made from the journal and the archive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from autoagent.files import inner_folder, replacing, write_text
from autoagent.journal import Data, Journal
from genetic.elm.archive import Archive
from genetic.elm.domain import Domain, Illustrated, language_of
from genetic.elm.examples import written
from genetic.elm.run import batches

JOURNAL = "journal.db"


def folder_of(out: Path, journal: Journal, run: str) -> Path:
    """Return where a run leaves what it finds: one that shares another's past, beside that.

    Raises:
        OSError: It cannot be made.
        JournalError: The run cannot be read.
    """
    begun = next(journal.events(run, "run"), None)
    is_fork = begun is not None and isinstance(begun.data, dict) and "forked" in begun.data
    return inner_folder(out / run) if is_fork else out


def write(folder: Path, archive: Archive, domain: Domain, journal: Journal, run: str) -> None:
    """Write the archive, the curve, the best program and pictures of them into a folder.

    Raises:
        OSError: It cannot be written.
    """
    from genetic.elm.figures import curve, heat_map

    rows = (elite.as_dict() | {"niche": archive.niche(elite)} for elite in archive.elites)
    _write_lines(folder / "archive.jsonl", rows)
    _write_lines(folder / "examples.jsonl", written(archive, domain))
    points = [
        {name: batch[name] for name in ("evaluated", "valid", "filled", "qd_score", "best")}
        for batch in batches(journal, run)
    ]
    _write_lines(folder / "curve.jsonl", points)
    if not (best := archive.best):
        return
    curve(points, folder / "curve.png")
    heat_map(archive, domain.objective, folder / "heatmap.png")
    write_text(folder / f"best{language_of(domain).suffix}", best.program)
    if isinstance(domain, Illustrated):
        domain.illustrate(best.program, folder)


def _write_lines(path: Path, rows: Iterable[Data]) -> None:
    with replacing(path) as file:
        file.writelines((json.dumps(row) + "\n").encode() for row in rows)
