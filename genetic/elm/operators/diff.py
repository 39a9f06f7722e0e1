"""A model writes the diff of a commit, as in the paper."""

from __future__ import annotations

from autoagent.edits import EditError, apply, read
from autoagent.llm import code_frame
from autoagent.llm.framing.fence import extract_block
from genetic.elm.languages import Language
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


def diff(language: Language) -> Style:
    """Return how a model writes diffs of programs in a language."""
    return Style(
        language=language,
        wish="Write the unified diff of this commit: its hunks begin with @@, old lines with -, "
        "new ones with +, others with a space.",
        frame=code_frame(f"a unified diff of {language.title}", "diff"),
        fence="diff",
        read=patched,
    )
