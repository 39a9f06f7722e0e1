"""A model writes the whole program anew: after a commit, or knowing nothing but the task."""

from __future__ import annotations

from autoagent.llm import PYTHON
from autoagent.llm.framing.fence import extract_block
from genetic.elm.operators.asked import Style
from genetic.elm.operators.variation import UnfitError


def rewritten(program: str, answer: str) -> str:
    """Return the program in an answer.

    Raises:
        UnfitError: There is none, or it is the same.
    """
    written = (extract_block(answer, "python") or "").strip()
    if not written:
        raise UnfitError("the answer holds no program")
    if written == program.strip():
        raise UnfitError("the answer changes nothing")
    return written + "\n"


REWRITE = Style(
    wish="Write the whole program as it is after this commit.", frame=PYTHON, read=rewritten
)

WRITE = Style(
    wish="Write the whole program.",
    frame=PYTHON,
    read=rewritten,
    told="{task}\n\n{wish}",
    messages={"Wrote {function} function.": 100},
)
