"""A model writes the diff of a commit, as in the paper."""

from __future__ import annotations

from autoagent.edits import EditError, apply, read
from autoagent.llm import code_frame
from autoagent.llm.framing.fence import extract_block
from genetic.elm.operators.asked import Style
from genetic.elm.operators.variation import UnfitError


def patched(program: str, answer: str) -> str:
    """Return a program with the changes of the diff in an answer.

    Raises:
        UnfitError: The diff changes nothing, or a hunk of it applies nowhere or twice.
    """
    try:
        changed = apply(program, read(extract_block(answer, "diff") or ""))
    except EditError as error:
        raise UnfitError(f"the diff does not apply: {error}") from None
    if changed == program:
        raise UnfitError("the diff changes nothing")
    return changed


DIFF = Style(
    wish="Write the unified diff of this commit: its hunks begin with @@, old lines with -, new "
    "ones with +, others with a space.",
    frame=code_frame("a unified diff of Python 3", "diff"),
    fence="diff",
    read=patched,
)
