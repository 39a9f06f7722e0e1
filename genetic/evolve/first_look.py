"""What the first evaluation of all tells of an evaluator, before anything is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.programs.evaluator import Evaluation
from sandbox.programs.inside.evaluation import SCORES

LONGEST_TRACEBACK = 2_000
LONGEST_WORDS = 200
MOST_NAMED = 6
MISSING = re.compile(r"No module named '(\w+)")
FAILS = re.compile("error|exception|traceback|stderr", re.IGNORECASE)
"""Found in the names of what evaluators say where they have caught something."""


class NoScore(ValueError):
    """The first text has no score, so that whatever is made of it may have none either.

    Args:
        evaluation: What the evaluator says.

    Attributes:
        problem: Why there is no score.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.problem = evaluation.problem
        whole = evaluation.words.get("traceback", "").rstrip()
        told = "".join(whole.partition('  File "evaluator.py"')[1:])[-LONGEST_TRACEBACK:]
        advice = _advice(f"{evaluation.problem}\n{whole}")
        super().__init__(
            f"the program itself has no score: {evaluation.problem}"
            + (f"\n{told}" if told else "")
            + f"\nnothing was asked; {advice or 'mend the evaluator or the program'}, and "
            "begin again"
        )


def remarks(evaluation: Evaluation) -> Iterator[str]:
    """Yield what somebody would want to know of a score before a search is paid for."""
    if evaluation.score is None:
        return
    names = list(evaluation.metrics)
    if len(names) > 1 and not set(SCORES) & set(names):
        more = ", …" if len(names) > MOST_NAMED else ""
        yield (
            f"the evaluator returns no {' or '.join(SCORES)}: the mean of its {len(names)} numbers "
            f"is the score ({', '.join(names[:MOST_NAMED])}{more}); where another is meant, return "
            f"that as {SCORES[0]}"
        )
    for name, said in evaluation.words.items():
        if FAILS.search(name) and said.strip():
            advice = _advice(said)
            yield (
                f"the program itself has the score {evaluation.score:g}, but the evaluator says of "
                f"it: {name}: {' '.join(said.split())[:LONGEST_WORDS]}"
                + (f"; {advice}" if advice else "")
            )
            return


def _advice(said: str) -> str:
    """Return what to do about an error; nothing where that is not known."""
    missing = MISSING.search(said)
    if missing:
        return (
            f"name the installed package that has {missing[1]}, as `--packages NAME`, or give the "
            f"file, as `--beside {missing[1]}.py`"
        )
    if "FileNotFoundError" in said or "No such file or directory" in said:
        return (
            "an evaluator finds no files of yours but those that `--beside FILE` gives it, in the "
            "folder of its `__file__`"
        )
    return ""
