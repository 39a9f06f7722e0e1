"""Marks in a program: what is between them may be changed, and all else must stay as it is."""

from __future__ import annotations

from genetic.search.text import MARKER

START, END = "EVOLVE-BLOCK-START", "EVOLVE-BLOCK-END"


def frame(program: str) -> str | None:
    """Return a program without what is between its marks; None if it has none.

    Raises:
        ValueError: The marks are nested, or not in pairs.
    """
    kept: list[str] = []
    inside = False
    marked = False
    for number, line in enumerate(program.split("\n"), 1):
        if START in line:
            if inside:
                raise ValueError(f"line {number}: {START} within another; blocks cannot be nested")
            inside = marked = True
            kept.append(line)
        elif END in line:
            if not inside:
                raise ValueError(f"line {number}: {END} without {START}")
            inside = False
            kept.append(line)
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"there is {START} without {END}")
    return "\n".join(kept) if marked else None


def changing(program: str) -> str:
    """Return what of a program may be changed: what is between its marks, or all of it."""
    inside = False
    found: list[str] = []
    for line in program.split("\n"):
        if START in line or END in line:
            inside = START in line
        elif inside:
            found.append(line)
    return "\n".join(found) or program


def filled(program: str, answer: str) -> str:
    """Return a program with an answer in its one block, or the answer itself if that has marks.

    Raises:
        ValueError: The answer has no marks, and the program has more than one block.
    """
    if frame(program) is None or frame(answer) is not None:
        return answer
    if not has_one_block(program):
        raise ValueError(f"write the whole program, with all {START} and {END} lines as they are")
    before, (first, *_, last), after = _around(program)
    return "\n".join([*before, first, answer, last, *after])


def has_one_block(program: str) -> bool:
    """Tell whether an answer may be what is between the marks alone."""
    return sum(START in line for line in program.split("\n")) == 1


def abridged(program: str, chars: int) -> str:
    """Return a program with its one block whole, and so many characters on either side of it."""
    before, block, after = ("\n".join(lines) for lines in _around(program))
    if len(before) > chars:
        before = MARKER.strip("\n") + "\n" + before[len(before) - chars :]
    if len(after) > chars:
        after = after[:chars] + MARKER.rstrip("\n")
    return f"{before}\n{block}\n{after}"


def _around(program: str) -> tuple[list[str], list[str], list[str]]:
    """Return the lines before the one block, its own with the marks, and those after it."""
    lines = program.split("\n")
    start = next(number for number, line in enumerate(lines) if START in line)
    end = next(number for number, line in enumerate(lines) if END in line) + 1
    return lines[:start], lines[start:end], lines[end:]


def unchanged_around(before: str, after: str) -> str:
    """Return a program that was changed between its marks alone.

    Raises:
        ValueError: It was changed elsewhere.
    """
    if frame(before) != frame(after):
        raise ValueError(
            f"only what is between {START} and {END} may be changed, and the marks must stay"
        )
    return after
