"""What a user has noted of runs: tags, and which are hidden, in a file beside the journal.

The journal itself is appended to by whoever lives a run, and never changed by whoever looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from autoagent.files import read_json, write_json

TAG = re.compile(r"[\w.+-]{1,40}")
MOST_TAGS = 20
PATIENCE = 5.0
"""Seconds that another process may take to write."""


class MarksError(ValueError):
    """The marks cannot be read or written, or one is none; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is noted of a run.

    Attributes:
        tags: In order.
        hidden: Whether lists leave it out.
    """

    tags: tuple[str, ...] = ()
    hidden: bool = False


class Marks:
    """The marks of a journal's runs.

    Args:
        journal: The journal's file.
    """

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(f"{journal.name}.marks.json")

    def all(self) -> dict[str, Mark]:
        """Return the marks by run; a run without any is not among them.

        Raises:
            MarksError: The file cannot be read, or holds something else.
        """
        try:
            told = read_json(self.path)
            return {run: _mark(mark) for run, mark in told.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise MarksError(
                f"the tags in {self.path} cannot be read ({error}); mend or remove that file"
            ) from None

    def tag(self, run: str, words: Iterable[str]) -> None:
        """Give a run these tags, and no others.

        Raises:
            MarksError: One is no tag, or they cannot be written.
        """
        tags = tuple(sorted(set(words)))
        wrong = [tag for tag in tags if not TAG.fullmatch(tag)]
        if wrong:
            raise MarksError(
                f"{wrong[0][:60]!r} is no tag: 1 to 40 letters, digits, '.', '+', '-' or '_'"
            )
        if len(tags) > MOST_TAGS:
            raise MarksError(f"a run has at most {MOST_TAGS} tags, and {len(tags)} are given")
        with self._changing() as marks:
            marks[run] = Mark(tags, marks.get(run, Mark()).hidden)

    def hide(self, run: str, *, hidden: bool) -> None:
        """Leave a run out of lists, or show it there again.

        Raises:
            MarksError: That cannot be written.
        """
        with self._changing() as marks:
            marks[run] = Mark(marks.get(run, Mark()).tags, hidden)

    def forget(self, run: str) -> None:
        """Keep no marks of a run.

        Raises:
            MarksError: That cannot be written.
        """
        if run in self.all():
            with self._changing() as marks:
                marks.pop(run, None)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Mark]]:
        """Yield the marks, and write them as they are left, while no other process does."""
        try:
            with FileLock(f"{self.path}.lock", timeout=PATIENCE):
                marks = self.all()
                yield marks
                told = {
                    run: {"tags": list(mark.tags), "hidden": mark.hidden}
                    for run, mark in sorted(marks.items())
                    if mark != Mark()
                }
                write_json(self.path, told)
        except (OSError, Timeout) as error:
            raise MarksError(f"the tags in {self.path} cannot be written ({error})") from None


def _mark(told: dict[str, object]) -> Mark:
    tags, hidden = told["tags"], told["hidden"]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are no texts")
    if not isinstance(hidden, bool):
        raise ValueError("hidden is neither true nor false")
    return Mark(tuple(tags), hidden)
