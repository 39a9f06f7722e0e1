"""Edits of a text that a model wrote: SEARCH/REPLACE blocks, or hunks of a unified diff.

Models copy a text inexactly. So an edit is looked for as it stands, then without regard to white
space at the ends of lines, then without regard to how far all of it is indented. It must be found
in exactly one place: one that applies nowhere or twice is told, and then nothing is applied. Each
takes time in proportion to the text, whatever either is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SEARCH = re.compile(r"\s*<{5,9} ?(SEARCH|ORIGINAL|HEAD)?\s*")
DIVIDE = re.compile(r"\s*={5,9}\s*")
REPLACE = re.compile(r"\s*>{5,9} ?(REPLACE|UPDATED|\S*)\s*")
HUNK = re.compile(r"@@(?: -(\d{1,9})(?:,\d+)? \+\d+(?:,\d+)? @@.*|.*)")
HEADER = ("--- ", "+++ ", "diff ", "index ")
FENCE = "```"
SHOWN = 120
MOST_PLACES = 100
"""Places that are counted; who is told of so many knows enough."""
DEEPEST = 1_000
"""White space by which lines are moved; more would make much of little."""

Lines = list[str]


class EditError(ValueError):
    """An edit that cannot be applied; the message says which, and why."""


class NowhereError(EditError):
    """One whose lines are nowhere.

    Attributes:
        search: These lines.
    """

    def __init__(self, number: int, search: tuple[str, ...]) -> None:
        super().__init__(
            f"edit {number} applies nowhere: no lines of the text are {_shown(search)}; copy them "
            "as they are"
        )
        self.search = search


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


def is_mark(line: str) -> bool:
    """Tell whether a line begins an edit, of the one form or of the other."""
    return bool(SEARCH.fullmatch(line) or HUNK.fullmatch(line))


def read(answer: str) -> list[Edit]:
    """Return the edits in an answer, of the one form or of the other.

    Raises:
        EditError: A block of it is not whole.
    """
    return [edit for edit, _ in located(answer.replace("\r\n", "\n").split("\n"))]


def located(lines: Lines) -> list[tuple[Edit, range]]:
    """Return the edits in the lines of an answer, each with the numbers of its lines.

    Raises:
        EditError: A block of it is not whole.
    """
    return [*_blocks(lines)] or [*_hunks(lines)]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits applied, one after the other.

    Raises:
        EditError: There are none, or one applies nowhere or twice.
    """
    return apply_among({"": text}, edits)[""]


def apply_among(texts: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """Return texts with edits applied, one after the other, each to the one that it is found in.

    Args:
        texts: By their names.
        edits: What is looked for in all of them.

    Raises:
        EditError: There are none, or one applies nowhere or twice.
    """
    if not edits:
        raise EditError("there is no edit: write <<<<<<< SEARCH, =======, >>>>>>> REPLACE")
    lines = {name: text.split("\n") for name, text in texts.items()}
    for number, edit in enumerate(edits, 1):
        name, start, end = _place(lines, edit, number)
        new = _moved(edit.replace, edit.search, lines[name][start:end])
        lines[name] = [*lines[name][:start], *new, *lines[name][end:]]
    return {name: "\n".join(each) for name, each in lines.items()}


def _blocks(lines: Lines) -> Iterator[tuple[Edit, range]]:
    """Yield the SEARCH/REPLACE blocks."""
    place = 0
    while place < len(lines):
        if SEARCH.fullmatch(lines[place]):
            divide = _find(lines, place + 1, DIVIDE, "=======")
            end = _find(lines, divide + 1, REPLACE, ">>>>>>> REPLACE")
            edit = Edit(tuple(lines[place + 1 : divide]), tuple(lines[divide + 1 : end]))
            yield edit, range(place, end + 1)
            place = end
        place += 1


def _find(lines: Lines, start: int, mark: re.Pattern[str], shown: str) -> int:
    for place in range(start, len(lines)):
        if mark.fullmatch(lines[place]):
            return place
        if SEARCH.fullmatch(lines[place]):
            break
    raise EditError(f"the block around line {start} has no {shown}")


def _hunks(lines: Lines) -> Iterator[tuple[Edit, range]]:
    """Yield the hunks of a unified diff."""
    starts = [place for place, line in enumerate(lines) if HUNK.fullmatch(line)]
    for start, following in pairwise([*starts, len(lines)]):
        search: Lines = []
        replace: Lines = []
        end = start + 1
        while end < following and not lines[end].startswith(("--- ", "diff ", FENCE)):
            line = lines[end]
            if line[:1] in ("-", " ", ""):
                search.append(line[1:])
            if line[:1] in ("+", " ", ""):
                replace.append(line[1:])
            end += 1
        while search and replace and not search[-1] and not replace[-1]:
            search.pop()  # an empty line after the last hunk is none of it
            replace.pop()
        found = HUNK.fullmatch(lines[start])
        line_said = int(found[1]) if found and found[1] else None
        while start and lines[start - 1].startswith(HEADER):
            start -= 1
        yield Edit(tuple(search), tuple(replace), line_said), range(start, end)


def _place(texts: Mapping[str, Lines], edit: Edit, number: int) -> tuple[str, int, int]:
    """Return the one place of an edit: the name of a text, and its lines from and to."""
    wanted = list(edit.search)
    if not any(line.strip() for line in wanted):
        if any(line.strip() for lines in texts.values() for line in lines):
            raise EditError(f"edit {number} has an empty SEARCH: give the lines that it replaces")
        if texts:
            first = next(iter(texts))
            return first, 0, len(texts[first])
    for alike in (_exactly, _to_the_right, _to_both_sides):
        places = [(n, at) for n, lines in texts.items() for at in _places(lines, wanted, alike)]
        said = [(name, at) for name, at in places if edit.line is not None and at == edit.line - 1]
        if len(said) == 1:
            places = said
        if len(places) > 1:
            names = ", ".join(sorted({name for name, _ in places if name}))
            raise EditError(
                f"edit {number} applies in {len(places)} places{names and f' (in {names})'}: "
                f"{_shown(wanted)}; give more of the lines around it"
            )
        if places:
            name, start = places[0]
            return name, start, start + len(wanted)
    raise NowhereError(number, edit.search)


def _places(lines: Lines, wanted: Lines, alike: Callable[[str], str]) -> list[int]:
    """Return where lines are found, as one way of looking sees them."""
    # The search of the interpreter takes time in proportion to both texts, whatever they are.
    text, sought = ("\n".join(["", *map(alike, each), ""]) for each in (lines, wanted))
    places: list[int] = []
    line, before, at = 0, 0, text.find(sought)
    while at >= 0 and len(places) < MOST_PLACES:
        line += text.count("\n", before, at)
        places.append(line)
        before, at = at, text.find(sought, at + 1)
    return places


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
    if have == want or len(have) > len(want) + DEEPEST:
        return list(replace)
    if have.startswith(want):
        return [have[len(want) :] + line if line.strip() else line for line in replace]
    too_much = len(want) - len(have)
    return [line[min(too_much, len(_indent(line))) :] for line in replace]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shown(lines: Sequence[str]) -> str:
    return repr("\n".join(lines)[:SHOWN])
