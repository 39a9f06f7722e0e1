"""The folder of a search with an evaluator: which one it is, and whose the files in it are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from autoagent.cli.common import fail
from autoagent.files import encoded
from autoagent.journal import BEGINS, Journal
from genetic.cli.evolve_display import LINEAGE, PICTURE, SCORES, best_file
from genetic.cli.programs import read_bytes
from genetic.evolve.plan import Plan
from genetic.evolve.recorder import BEST
from genetic.search.recorder import proper


def check_folder(out: Path) -> None:
    """Exit now rather than lose what is found later."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--out {out} cannot be made: {error.strerror}")
    if not os.access(out, os.W_OK):
        fail(f"--out {out} cannot be written; name a folder that can")


def check_given(out: Path, suffix: str, given: Sequence[Path]) -> None:
    """Exit rather than overwrite what a search begins with."""
    for file in _files(out, suffix):
        for each in given:
            if file.resolve() == each.resolve():
                fail(f"--out {out} would overwrite {each}, which is given; name another folder")


def check_ours(out: Path, plan: Plan, journal: Journal, run: str | None) -> None:
    """Exit rather than overwrite what another run, or somebody, has left in a folder."""
    there = [file for file in _files(out, plan.suffix) if os.path.lexists(file)]
    if there and not _is_of(out, plan, journal, run):
        fail(
            f"--out {out} holds {there[0].name}, which this run has not written; name another "
            "folder, or overwrite what is there with --force"
        )


def _files(out: Path, suffix: str) -> tuple[Path, ...]:
    return best_file(out, suffix), out / LINEAGE, out / SCORES, out / PICTURE


def _is_of(out: Path, plan: Plan, journal: Journal, run: str | None) -> bool:
    """Tell whether a run was given a folder before, and what is there as the best is its own."""
    if run is None or not journal.is_own(run) or str(out.absolute()) not in _given(journal, run):
        return False
    best = best_file(out, plan.suffix)
    if not os.path.lexists(best):
        return True
    kept = (encoded(each["program"]) for each in proper(journal, run, "best", BEST))
    return not best.is_symlink() and read_bytes(best, "--out") in kept


def _given(journal: Journal, run: str) -> Iterator[str]:
    """Yield the folders that a run was given whenever it was begun or gone on with."""
    for event in journal.events(run, *BEGINS):
        yield event.data.get("out", "")
