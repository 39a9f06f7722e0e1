"""A model writes the whole program anew: after a commit, or knowing nothing but the task."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from autoagent.llm import code_frame
from autoagent.llm.framing.fence import extract_block
from genetic.elm.languages import Language
from genetic.elm.operators.asked import Style
from genetic.elm.operators.variation import UnfitError


def rewritten(fence: str, program: str, answer: str) -> str:
    """Return the program in an answer.

    Args:
        fence: The word behind the fence of a block of its language.
        program: What it was before.
        answer: What a model said.

    Raises:
        UnfitError: There is none, or it is the same.
    """
    written = (extract_block(answer, fence) or "").strip()
    if not written:
        raise UnfitError("the answer holds no program")
    if written == program.strip():
        raise UnfitError("the answer changes nothing")
    return written + "\n"


def rewrite(language: Language) -> Style:
    """Return how a model writes programs in a language anew."""
    return Style(
        language=language,
        wish="Write the whole program as it is after this commit.",
        frame=code_frame(language.title, language.fence),
        fence=language.fence,
        read=partial(rewritten, language.fence),
    )


def write(language: Language) -> Style:
    """Return how a model writes programs in a language that is shown none."""
    return replace(
        rewrite(language),
        wish="Write the whole program.",
        told="{task}\n\n{wish}",
        messages={"Wrote {function} function.": 100},
    )
