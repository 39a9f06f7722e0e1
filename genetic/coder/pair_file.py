"""A pair as one readable Python file: the prefix, what comes next, and its tests."""

from __future__ import annotations

COMPLETION, TESTS = "# completion", "# tests"
"""Lines that part such a file; they may be indented, and are no part of the pair."""


def parted(text: str) -> tuple[str, str, str]:
    """Return prefix, completion and tests of a file; the tests may be missing.

    Raises:
        ValueError: A half is missing.
    """
    lines = text.splitlines(keepends=True)
    marks = [line.strip() for line in lines]
    if marks.count(COMPLETION) != 1:
        raise ValueError(f"it must have one line {COMPLETION!r}, between its halves")
    middle = marks.index(COMPLETION)
    end = marks.index(TESTS) if TESTS in marks else len(lines)
    prefix, completion = "".join(lines[:middle]), "".join(lines[middle + 1 : end])
    if not prefix.strip() or not completion.strip():
        missing = "before" if not prefix.strip() else "behind"
        raise ValueError(f"there is nothing {missing} the line {COMPLETION!r}")
    return prefix, completion.rstrip() + "\n", "".join(lines[end + 1 :])
