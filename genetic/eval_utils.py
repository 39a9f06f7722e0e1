"""What objectives are made of: scripts run behind a wall, and texts rated by a model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from autoagent.asker import Asker, Question
from autoagent.llm import Completion, Frame
from genetic.asking import current
from genetic.objective import NobodyRatesError
from sandbox.limits import Limits
from sandbox.programs import CompileError, Run, open_source
from sandbox.programs.evaluator import Evaluator

CALLER = """
import json

def evaluate(path):
    names = {{}}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), "script.py", "exec"), names)
    return 0, {{"variables": json.dumps({{name: names[name] for name in {names!r}}})}}
"""
SCORE = re.compile(
    r"""^ [^\w\n]* (?:[a-z]+\ ){0,3} score                      # "Score", "**Final score"
    (?:\s?\([^()\n]{0,60}\) | \ (?:is|of|out\ of\ \d{1,9}))?    # "(0-10)"
    (?:\ -(?=\s))? [^\w\n+\u2212-]*                             # ": ", "** = ", " - "
    (?P<sign>[+\u2212-]?)
    (?P<number>(?:\d{1,3}(?:,\d{3}){1,5} | \d{1,15})(?:\.\d{1,15})?(?:e[+-]?\d{1,2})?)
    (?![-.,\d]*\d)                                              # neither "7-8" nor "7,5"
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""A line that gives a score."""
RATING = Frame(
    system="You rate a text by a rubric. Say in a sentence or two what is good and what is not, "
    "and then write a last line such as 'Score: 7'."
)


def script_variables(
    script: str, names: Sequence[str], *, packages: Sequence[str] = (), seconds: float = 60.0
) -> dict[str, Any]:
    """Run a Python script in a jail, and return what some of its variables are at its end.

    Args:
        script: The script; nothing of it is trusted.
        names: Of the variables; they come out as JSON, so they must be data.
        packages: Installed packages that it may import.
        seconds: How long it may take.

    Raises:
        ValueError: It did not come to its end, or lacks a variable; the message says what happened.
        SandboxError: This machine has not what the jail is made of.
    """
    limits = Limits(fuel=max(1, int(seconds * 10**10)), memory_mb=1024, wall_seconds=seconds)
    evaluator = Evaluator(CALLER.format(names=list(names)), packages=packages, limits=limits)
    with closing(evaluator):
        found = evaluator.evaluate(script)
    if found.problem:
        raise ValueError(f"{found.problem}\n{found.words.get('traceback', '')}".strip())
    try:
        said = json.loads(found.words["variables"])
        return {name: said[name] for name in names}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("what it left is no JSON; leave less than 20,000 characters") from None


def script_run(script: str, stdin: bytes = b"", *, seconds: float = 60.0) -> Run:
    """Run a Python script in a jail as a process of its own, and return how that ended.

    Raises:
        ValueError: It is no Python.
        SandboxError: This machine has not what the jail is made of.
    """
    with closing(open_source("python")) as python:
        program = python.compile(script)
        if isinstance(program, CompileError):
            raise ValueError(program.text)
        (run,) = program.run([stdin], Limits(wall_seconds=seconds))
    return run


def score_line(answer: str) -> float:
    """Return the number in the last line of an answer that gives a score.

    Such a line begins with ``Score``, or with a few words as in ``Final score``; the scale may
    follow, ``Score (0-10): 7``. What could be read in two ways, ``7-8`` or ``7,5``, is none.

    Raises:
        ValueError: There is none.
    """
    found = [*SCORE.finditer(answer)]
    if not found:
        raise ValueError("the model gave no score: no line is such as 'Score: 7'")
    number = float(found[-1]["number"].replace(",", ""))
    return -number if found[-1]["sign"] in ("-", "\u2212") else number


class Rubric:
    """Has a model rate texts by a rubric: an objective of `optimize.run`, or a part of one.

    While a search judges, its questions are the search's: journalled, counted and paid with the
    others (see `genetic.asking`).

    Args:
        rubric: What is good, in words.
        asker: Whose first model rates, and who asks it where no search does; by default the
            search's own model rates.
        parse: Returns the score in an answer, or raises a `ValueError`.
        max_tokens: The longest answer.
    """

    def __init__(
        self,
        rubric: str,
        asker: Asker | None = None,
        parse: Callable[[str], float] = score_line,
        *,
        max_tokens: int = 256,
    ) -> None:
        self._rubric, self._asker, self._parse = rubric, asker, parse
        self._max_tokens = max_tokens

    def __call__(self, text: str) -> tuple[float, str]:
        """Return what a text is worth, and what the model says of it.

        Raises:
            ValueError: The model gave no score.
            NobodyRatesError: There is neither a search nor an asker.
            LLMError: The model gave no answer.
        """
        said = self._answer(f"Rubric:\n{self._rubric}\n\nText:\n{text}").text
        return self._parse(said), said

    def _answer(self, query: str) -> Completion:
        now, models = current(), () if self._asker is None else self._asker.llms[:1]
        named = "\0".join([*(model.name for model in models), query])
        question = Question(
            key=f"rating.{hashlib.sha256(named.encode(errors='surrogatepass')).hexdigest()[:32]}",
            query=query,
            frame=RATING,
            temperature=0,
            max_tokens=self._max_tokens,
        )
        if now is not None:
            return now.ask(question, models)
        if self._asker is None:
            raise NobodyRatesError(
                "no model rates: a Rubric without an asker asks the search that calls it, which is "
                "in one process with it alone; leave the executor at local, or make an asker in f"
            )
        return self._asker.ask(question)
