"""What the pages are made of: a journal, opened anew for each look, and the marks beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from autoagent.journal import Journal
from autoagent.marks import Marks
from autoagent.view.lifeline import Lifeline, Lifelines

MOST_OWNED = 512


class Source:
    """A journal to look at.

    Args:
        path: Its file.
        results: Folders of results that are shown beside it.

    Attributes:
        path: The same.
        results: The same.
        marks: What the user has noted of its runs.
    """

    def __init__(self, path: Path, results: Sequence[Path] = ()) -> None:
        self.path, self.results = path, tuple(results)
        self.marks = Marks(path)
        self._lifelines = Lifelines()
        self._own: dict[tuple[str, int], bool] = {}

    @contextmanager
    def open(self) -> Iterator[Journal]:
        """Open the journal to read, as it is now.

        Raises:
            JournalError: It cannot be read.
        """
        with closing(Journal(self.path, read_only=True)) as journal:
            yield journal

    def lifeline(self, journal: Journal, run: str) -> Lifeline:
        """Return where the steps of a run are.

        Raises:
            JournalError: It cannot be read.
        """
        return self._lifelines.of(journal, run)

    def is_own(self, journal: Journal, run: str) -> bool:
        """Tell whether the user wrote a run; all of it is read for that, once while it stays.

        Raises:
            JournalError: It cannot be read.
        """
        ((last,),) = journal.select("SELECT MAX(number) FROM events WHERE run = ?", run)
        key = (run, last)
        if key not in self._own:
            if len(self._own) >= MOST_OWNED:
                self._own.clear()
            self._own[key] = journal.is_own(run)
        return self._own[key]
