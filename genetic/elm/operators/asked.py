"""A model changes a program: it is told the task, the program, and the message of a commit."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autoagent.asker import Question
from autoagent.llm import Completion, Frame
from genetic.elm.languages import Language
from genetic.elm.operators.variation import UnfitError, Variation

MESSAGES = {
    "Changed {function} function.": 40,
    "Changed parameters in {function} function.": 30,
    "Small change to {function} function.": 30,
}
"""In percent (Lehman et al., Evolution through Large Models, 2022)."""
TOLD = """\
{task}

This is program{suffix}:

```{fence}
{program}
```

Commit message: {message}
{wish}"""
Ask = Callable[[Question], Completion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a model says what it changes.

    Attributes:
        language: What programs are written in.
        wish: What it is to write.
        frame: What its answer looks like.
        fence: The word behind the fence of its answer.
        read: Makes the new program of the old one and an answer; raises an `UnfitError`.
        told: What it is asked: with places for task, program, message and wish, as far as wanted,
            and for the suffix and the fence of the language.
        messages: How commits are called, and how often each of them is drawn.
    """

    language: Language
    wish: str
    frame: Frame
    fence: str
    read: Callable[[str, str], str]
    told: str = TOLD
    messages: Mapping[str, int] = field(default_factory=lambda: MESSAGES)

    def prompt(self, task: str, program: str, message: str) -> str:
        """Return what a model is asked."""
        return self.told.format(
            task=task,
            program=program.strip(),
            message=message,
            wish=self.wish,
            suffix=self.language.suffix,
            fence=self.language.fence,
        )

    def message(self, function: str, rng: random.Random) -> str:
        """Draw the message of a commit."""
        (drawn,) = rng.choices(list(self.messages), weights=list(self.messages.values()))
        return drawn.format(function=function)


class Asked:
    """Has a model change programs.

    Args:
        style: How it says what it changes.
        task: What the programs are to do.
        function: What they define.
        ask: Asks the model.
        temperature: Of the model.
        max_tokens: Longest answer.
    """

    def __init__(
        self,
        style: Style,
        *,
        task: str,
        function: str,
        ask: Ask,
        temperature: float,
        max_tokens: int,
    ) -> None:
        self._style = style
        self._task = task
        self._function = function
        self._ask = ask
        self._temperature = temperature
        self._max_tokens = max_tokens

    def vary(self, program: str, rng: random.Random, key: str) -> Variation:
        """Return what a model makes of a program (see `Operator.vary`)."""
        message = self._style.message(self._function, rng)
        answer = self._ask(
            Question(
                key=key,
                query=self._style.prompt(self._task, program, message),
                frame=self._style.frame,
                temperature=self._temperature,
                max_tokens=self._max_tokens,
            )
        )
        # Half characters are no text: no file and no journal could take them.
        said = answer.text.encode(errors="replace").decode()
        try:
            return Variation(program=self._style.read(program, said), message=message)
        except UnfitError as error:
            return Variation(program=None, message=message, fault=str(error))
