"""A step as a line of a timeline."""

from __future__ import annotations

from dataclasses import dataclass

from autoagent.organism import extract_code
from autoagent.steps import Step
from autoagent.view.texts import cut, first_line

LONGEST = 4_000
"""Characters of an answer in which its first line of code is looked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step at a glance; texts are a stranger's.

    Attributes:
        step: Its number.
        look: What it was, in a word.
        code: The first line of its code, or of the answer.
        told: What came of it, in a line.
        changed: Names of definitions that changed.
        tokens: Into and out of the model.
        seconds: From the query to the outcome.
    """

    step: int
    look: str
    code: str
    told: str
    changed: list[str]
    tokens: int
    seconds: float


def row(step: Step) -> Row:
    """Return the line of a step."""
    answer = step.response[:LONGEST]
    look = "harm" if step.harm else "error" if step.error else "changed" if step.changed else "fine"
    said = step.harm[0]["what"] if step.harm else step.error or step.stdout
    dead = "" if step.alive else f"{step.cause}: "
    return Row(
        step=step.step,
        look=look if step.alive else f"{look} dead",
        code=first_line(extract_code(answer) or answer),
        told=dead + first_line(last_line(said) if step.error and not step.harm else cut(said)),
        changed=step.changed,
        tokens=step.tokens_in + step.tokens_out,
        seconds=step.ms / 1000,
    )


def last_line(text: str) -> str:
    """Return the last line of a text, which of a traceback says what happened."""
    return first_line("\n".join(reversed(text[-LONGEST:].split("\n"))))
