"""Folders of results, side by side: what training, evaluations and benchmarks have written.

A package says how its folders are read by an entry point of the group ``autoagent.results``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

from autoagent.files import read_whole
from autoagent.view.panels import Facts, Panel, Table
from sandbox.extensions import Extensions

REPORT = "report.md"
MOST_ROWS = 200
"""Of a table; the file has all of them."""
Columns = Sequence[Sequence[Panel]]


class Reader(Protocol):
    """Reads folders of a kind.

    Attributes:
        known_by: The file by which such a folder is known.
    """

    known_by: str

    def columns(self, folders: Mapping[str, Path]) -> Columns:
        """Return what is shown of folders, by their names: panels in columns side by side.

        Raises:
            ValueError: One cannot be read, or is damaged; the message says which.
        """
        ...


READERS: Extensions[Callable[[], Reader]] = Extensions("autoagent.results", "reader of results")


def shelves(folders: Sequence[Path]) -> list[Columns]:
    """Return what there is to see of folders: those of a kind side by side, one kind below another.

    Raises:
        ValueError: One is of no kind that is known, or cannot be read; the message says which.
    """
    readers = [READERS[name]() for name in READERS]
    named = _named(folders)
    found = [
        (reader, {name: each for name, each in named.items() if (each / reader.known_by).is_file()})
        for reader in readers
    ]
    known = {name for _, theirs in found for name in theirs}
    for name, folder in named.items():
        if name not in known:
            files = " or ".join(sorted(reader.known_by for reader in readers))
            raise ValueError(f"--results {folder} holds no results: there is no {files} in it")
    return [reader.columns(theirs) for reader, theirs in found if theirs]


def _named(folders: Sequence[Path]) -> dict[str, Path]:
    """Return folders by their own names, or by their whole paths where two have the same."""
    unique = list(dict.fromkeys(folder.resolve() for folder in folders))
    names = Counter(folder.name for folder in unique)
    return {each.name if names[each.name] == 1 else str(each): each for each in unique}


class Reports:
    """Reads what benchmarks and evaluations report; see `Reader`."""

    known_by = REPORT

    def columns(self, folders: Mapping[str, Path]) -> Columns:
        """Return a column for each folder: how it was made, and its tables."""
        return [list(_report(name, folder / REPORT)) for name, folder in folders.items()]


def _report(name: str, path: Path) -> Iterator[Panel]:
    """Yield what a report in Markdown says: values in a list, and tables."""
    try:
        lines = read_whole(path).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    title = next((line.removeprefix("# ") for line in lines if line.startswith("# ")), "Results")
    listed = [line.removeprefix("- ").partition(": ") for line in lines if line.startswith("- ")]
    yield Facts(title=f"{title}: {name}", values={of: value for of, _, value in listed if value})
    for is_table, part in groupby(lines, lambda line: line.startswith("|")):
        if not is_table:
            title = ([title] + [line.lstrip("# ") for line in part if line.startswith("#")])[-1]
            continue
        headings, *rows = map(_cells, part)
        rows = [row for row in rows if not all(set(cell) <= set(":-") and cell for cell in row)]
        cut = f"{MOST_ROWS} of {len(rows):,} rows" if len(rows) > MOST_ROWS else ""
        yield Table(title=title, headings=headings, rows=rows[:MOST_ROWS], told=cut)


def _cells(line: str) -> list[str]:
    """Return what stands in a line of a table."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]
