"""A model writes the diff of a commit, as in the paper.

A diff is applied by what its lines say: the line numbers of models are not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autoagent.llm import code_frame
from autoagent.llm.framing.fence import extract_block
from genetic.elm.operators.asked import Style
from genetic.elm.operators.variation import UnfitError

HEADS = ("--- ", "+++ ", "diff ", "index ", "\\")
"""What lines begin with that belong to no hunk."""
Hunk = tuple[list[str], list[str]]


def patched(program: str, answer: str) -> str:
    """Return a program with the changes of the diff in an answer.

    Raises:
        UnfitError: The diff changes nothing, or its old lines are nowhere, or in two places.
    """
    diff = extract_block(answer, "diff") or ""
    lines = program.split("\n")
    hunks = [(old, new) for old, new in _hunks(diff) if old != new]
    if not hunks:
        raise UnfitError("the diff changes nothing")
    for old, new in hunks:
        at = _place(lines, old)
        lines[at : at + len(old)] = new
    return "\n".join(lines)


def _hunks(diff: str) -> Iterator[Hunk]:
    """Yield the lines before and after, hunk by hunk."""
    old: list[str] = []
    new: list[str] = []
    for line in diff.split("\n"):
        if line.startswith("@@"):
            yield old, new
            old, new = [], []
        elif not line.startswith(HEADS):
            sign, text = line[:1], line[1:]
            old += [text] * (sign != "+")
            new += [text] * (sign != "-")
    yield old, new


def _place(lines: Sequence[str], old: Sequence[str]) -> int:
    """Return where the old lines stand."""
    if not any(line.strip() for line in old):
        raise UnfitError("the diff does not say where")
    places = [at for at in range(len(lines)) if lines[at : at + len(old)] == old]
    if len(places) != 1:
        where = "in two places" if places else "nowhere"
        raise UnfitError(f"the diff's old lines are {where}")
    return places[0]


DIFF = Style(
    wish="Write the unified diff of this commit: old lines begin with -, new ones with +, others "
    "with a space.",
    frame=code_frame("a unified diff of Python 3", "diff"),
    read=patched,
)
