"""Edits of a text that a model wrote: SEARCH/REPLACE blocks, or hunks of a unified diff.

Models copy a text inexactly. So an edit is looked for as it stands, then without regard to white
space at the ends of lines, then without regard to how far all of it is indented. It must be found
in exactly one place: one that applies nowhere or twice is told, and then nothing is applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

SEARCH = re.compile(r"\s*<{5,9} ?(SEARCH|ORIGINAL|HEAD)?\s*")
DIVIDE = re.compile(r"\s*={5,9}\s*")
REPLACE = re.compile(r"\s*>{5,9} ?(REPLACE|UPDATED|\S*)\s*")
HUNK = re.compile(r"@@(?: -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*|.*)")
FENCE = "```"
SHOWN = 120

Lines = list[str]


class EditError(ValueError):
    """An edit that cannot be applied; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines that are to be replaced by others.

    Attributes:
        search: The lines as they are.
        replace: The lines as they are to be.
        line: Where they are said to begin, from 1; None where nobody says.
    """

    search: tuple[str, ...]
    replace: tuple[str, ...]
    line: int | None = None


def read(answer: str) -> list[Edit]:
    """Return the edits in an answer, of the one form or of the other.

    Raises:
        EditError: A block of it is not whole.
    """
    lines = answer.replace("\r\n", "\n").split("\n")
    return [*_blocks(lines)] or [*_hunks(lines)]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits applied, one after the other.

    Raises:
        EditError: There are none, or one applies nowhere or twice.
    """
    if not edits:
        raise EditError("there is no edit: write <<<<<<< SEARCH, =======, >>>>>>> REPLACE")
    lines = text.split("\n")
    for number, edit in enumerate(edits, 1):
        lines = _applied(lines, edit, number)
    return "\n".join(lines)


def _blocks(lines: Lines) -> Iterator[Edit]:
    """Yield the SEARCH/REPLACE blocks."""
    place = 0
    while place < len(lines):
        if SEARCH.fullmatch(lines[place]):
            divide = _find(lines, place + 1, DIVIDE, "=======")
            end = _find(lines, divide + 1, REPLACE, ">>>>>>> REPLACE")
            yield Edit(tuple(lines[place + 1 : divide]), tuple(lines[divide + 1 : end]))
            place = end
        place += 1


def _find(lines: Lines, start: int, mark: re.Pattern[str], shown: str) -> int:
    for place in range(start, len(lines)):
        if mark.fullmatch(lines[place]):
            return place
        if SEARCH.fullmatch(lines[place]):
            break
    raise EditError(f"the block around line {start} has no {shown}")


def _hunks(lines: Lines) -> Iterator[Edit]:
    """Yield the hunks of a unified diff."""
    starts = [place for place, line in enumerate(lines) if HUNK.fullmatch(line)]
    for start, end in pairwise([*starts, len(lines)]):
        search: Lines = []
        replace: Lines = []
        for line in lines[start + 1 : end]:
            if line.startswith(("--- ", "diff ", FENCE)):
                break
            if line[:1] in ("-", " ", ""):
                search.append(line[1:])
            if line[:1] in ("+", " ", ""):
                replace.append(line[1:])
        while search and replace and not search[-1] and not replace[-1]:
            search.pop()  # an empty line after the last hunk is none of it
            replace.pop()
        found = HUNK.fullmatch(lines[start])
        yield Edit(tuple(search), tuple(replace), int(found[1]) if found and found[1] else None)


def _applied(lines: Lines, edit: Edit, number: int) -> Lines:
    wanted = list(edit.search)
    if not any(line.strip() for line in wanted):
        if any(line.strip() for line in lines):
            raise EditError(f"edit {number} has an empty SEARCH: give the lines that it replaces")
        return list(edit.replace)
    for alike in (_exactly, _to_the_right, _to_both_sides):
        places = _places(lines, wanted, alike)
        if len(places) > 1 and edit.line is not None and edit.line - 1 in places:
            places = [edit.line - 1]
        if len(places) > 1:
            raise EditError(
                f"edit {number} applies in {len(places)} places: {_shown(wanted)}; give more of "
                "the lines around it"
            )
        if places:
            start, end = places[0], places[0] + len(wanted)
            new = _moved(edit.replace, wanted, lines[start:end])
            return [*lines[:start], *new, *lines[end:]]
    raise EditError(
        f"edit {number} applies nowhere: no lines of the text are {_shown(wanted)}; copy them as "
        "they are"
    )


def _places(lines: Lines, wanted: Lines, alike: Callable[[str], str]) -> list[int]:
    """Return where lines are found, as one way of looking sees them."""
    text, sought = list(map(alike, lines)), list(map(alike, wanted))
    return [
        start
        for start in range(len(text) - len(sought) + 1)
        if text[start] == sought[0] and text[start : start + len(sought)] == sought
    ]


def _exactly(line: str) -> str:
    return line


def _to_the_right(line: str) -> str:
    return line.rstrip()


def _to_both_sides(line: str) -> str:
    return line.strip()


def _moved(replace: Sequence[str], wanted: Sequence[str], found: Sequence[str]) -> Lines:
    """Return the new lines, indented as much more or less as those found are than those sought."""
    have, want = (
        next((_indent(line) for line in each if line.strip()), "") for each in (found, wanted)
    )
    if have == want:
        return list(replace)
    if have.startswith(want):
        return [have[len(want) :] + line if line.strip() else line for line in replace]
    too_much = len(want) - len(have)
    return [line[min(too_much, len(_indent(line))) :] for line in replace]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shown(lines: Sequence[str]) -> str:
    return repr("\n".join(lines)[:SHOWN])
