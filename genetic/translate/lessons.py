"""What there is to learn from a translation: mends that helped, and a program that is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autoagent.journal import Journal
from autoagent.llm import Frame
from genetic.search.journalled import Finish
from genetic.search.own import require_own
from genetic.translate.languages import fence_of
from genetic.translate.plan import Plan
from genetic.translate.proposer import words_of
from genetic.translate.recorder import end, lessons
from sandbox.programs import TARGETS


def examples(journal: Journal, run: str) -> Iterator[dict[str, Any]]:
    """Yield what a model may be trained on: each mend that helped, then the program that is right.

    The program is an answer to the question for a first translation, in the frame in which it was
    asked, whoever wrote it and however often it was mended: what a search has verified is what
    its model should have said at once. A model whose answers begin in a way in which the program
    does not begin cannot say it, so that nothing is yielded of it.

    Raises:
        JournalError: The run is no translation, or is damaged, or is not known as the user's own:
            what it says is right may be wrong.
    """
    require_own(journal, run, "train on them")
    for lesson in lessons(journal, run):
        yield _mended(lesson)
    ended = end(journal, run)
    if ended is None or ended["best"] is None or ended["cause"] != Finish.CORRECT:
        return
    plan = Plan.read(journal, run)
    prompts, program = plan.prompts[0], ended["best"]["program"]
    fence = fence_of(plan.target)
    frame = prompts.frame(TARGETS[plan.target].title, fence)
    completion = said(frame, fence, program)
    if completion is not None:
        values = words_of(plan.task, plan.target)
        yield {
            "prompt": prompts.fill("translate", values, plan.settings.prompt_chars),
            "completion": completion,
            "frame": frame.as_dict(),
            "outcome": {"after": ended["best"]["fitness"]},
        }


def said(frame: Frame, fence: str, program: str) -> str | None:
    """Return what a model says behind a frame's opening to give a program.

    Args:
        frame: What stands around the question.
        fence: The word behind the fence of its block.
        program: What the block shall hold.

    Returns:
        The rest of the answer; None where the program does not begin with the opening.
    """
    answer = f"```{fence}\n{program.strip()}\n"
    if not answer.startswith(frame.opening):
        return None
    body = answer.removeprefix(frame.opening).strip("\n")
    return body + frame.rest(body)


def _mended(lesson: dict[str, Any]) -> dict[str, Any]:
    return {
        "messages": [
            {"role": "user", "content": lesson["prompt"]},
            {"role": "assistant", "content": lesson["better"]},
        ],
        "outcome": {"before": lesson["before"], "after": lesson["after"]},
        **{name: lesson[name] for name in ("worse", "feedback", "better")},
    }
