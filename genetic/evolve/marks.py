"""Marks in a program: what is between them may be changed, and all else must stay as it is."""

from __future__ import annotations

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
    if program.count(START) > 1:
        raise ValueError(f"write the whole program, with all {START} and {END} lines as they are")
    lines = program.split("\n")
    start = next(number for number, line in enumerate(lines) if START in line)
    end = next(number for number, line in enumerate(lines) if END in line)
    return "\n".join([*lines[: start + 1], answer, *lines[end:]])


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
