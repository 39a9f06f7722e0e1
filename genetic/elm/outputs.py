"""What a search leaves in its folder, made from the journal and the archive."""

from __future__ import annotations

import json
from pathlib import Path

from autoagent.files import replacing, write_text
from autoagent.journal import Journal
from genetic.elm.archive import Archive
from genetic.elm.domain import Domain, Illustrated
from genetic.elm.run import batches

JOURNAL = "journal.db"


def write(folder: Path, archive: Archive, domain: Domain, journal: Journal, run: str) -> None:
    """Write the archive, the curve, the best program and pictures of them into a folder.

    Raises:
        OSError: It cannot be written.
    """
    from genetic.elm.figures import curve, heat_map

    with replacing(folder / "archive.jsonl") as file:
        for elite in archive.elites:
            row = elite.as_dict() | {"niche": archive.niche(elite)}
            file.write((json.dumps(row) + "\n").encode())
    points = [
        {name: batch[name] for name in ("evaluated", "valid", "filled", "qd_score", "best")}
        for batch in batches(journal, run)
    ]
    with replacing(folder / "curve.jsonl") as file:
        file.writelines((json.dumps(point) + "\n").encode() for point in points)
    if not (best := archive.best):
        return
    curve(points, folder / "curve.png")
    heat_map(archive, domain.objective, folder / "heatmap.png")
    write_text(folder / "best.py", best.program)
    if isinstance(domain, Illustrated):
        domain.illustrate(best.program, folder)
