"""Has models write and mend programs: prompts out, programs in."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autoagent.asker import Question
from autoagent.edits import EditError, apply, read
from autoagent.llm import PROSE, Completion, Frame
from autoagent.llm.framing.fence import extract_block
from genetic.search.text import cut
from genetic.translate.comparison import comparison, trimmed
from genetic.translate.feedback import MOST_FAULTS, standing
from genetic.translate.judge import Judgement, Result
from genetic.translate.languages import fence_of
from genetic.translate.operators import Operators
from genetic.translate.prompts import OUTPUT_LIMITS, Prompts
from genetic.translate.settings import Settings
from genetic.translate.task import Task
from sandbox.programs import SOURCES, TARGETS

LONGEST_WORDS = 200
"""Tokens of an explanation."""
LONGEST_WARNINGS = 1_000
"""Characters that are told of a compiler's warnings."""
EDITING = Frame(
    system="You mend programs by editing them. Answer with one or more edits and nothing else. "
    "Each looks like this:\n<<<<<<< SEARCH\nlines of the program as they are\n=======\nwhat is to "
    "be in their place\n>>>>>>> REPLACE"
)
EDITS = "Answer with edits of the {} program and nothing else."
"""In place of the footer that asks for a program."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A mended program, and what led to it."""

    program: str
    prompt: str
    feedback: str


class Proposer:
    """Writes and mends programs for one candidate.

    Args:
        task: What is translated.
        target: The language of the translation.
        prompts: What models are asked.
        operators: How a wrong output is described.
        settings: Temperatures, lengths, and whether to explain first.
        ask: Asks a model.
        name: Of the candidate; keys of questions begin with it.
        model: Which model is asked.

    Attributes:
        calls: Questions asked so far.
        remark: What is to be said of the last answer, such as that it broke off.
    """

    def __init__(
        self,
        *,
        task: Task,
        target: str,
        prompts: Prompts,
        operators: Operators,
        settings: Settings,
        ask: Callable[[Question], Completion],
        name: str,
        model: int,
    ) -> None:
        self.calls = 0
        self._prompts = prompts
        self._operators = operators
        self._settings = settings
        self._ask = ask
        self._name = name
        self._model = model
        title = TARGETS[target].title
        self._fence = fence_of(target)
        self._frame = prompts.frame(title, self._fence)
        self._words = words_of(task, target)
        self._compared = comparison(task.compare)
        self._before: Judgement | None = None
        self.remark = ""

    def take_up(self, before: Judgement | None, remark: str) -> None:
        """Go on with a program of which another birth knew this."""
        self._before, self.remark = before, remark

    def translate(self, key: str) -> str:
        """Return a new translation."""
        return self._program("translate", key, self._settings.first_temperature)[0]

    def mend_mixed(self, key: str, program: str) -> str:
        """Return a program made of the mixed lines of two."""
        return self._program("mend_mixed", key, self._settings.temperature, program=program)[0]

    def mend_mutated(self, key: str, program: str) -> str:
        """Return a program made of one in which some characters were changed."""
        return self._program("mend_mutated", key, self._settings.temperature, program=program)[0]

    def mend(self, key: str, program: str, judgement: Judgement, rng: random.Random) -> Mend:
        """Return a program mended by its errors, or by what it does wrong."""
        if judgement.compile_errors:
            errors = f"{judgement.compile_errors}{self.remark}"
            return self._mended("mend_errors", key, program, errors=errors)
        failing = [result for result in judgement.results if result.status and not result.exact]
        if self._settings.shuffle:
            rng.shuffle(failing)
        told = self._told(key, program, failing[:MOST_FAULTS])
        words = " ".join(filter(None, [standing(judgement, self._before), self._compared.words]))
        self._before = judgement
        more = f"{_found(judgement)}{self._warned(judgement)}{self.remark}"
        feedback = f"{told}\n{words}{more}"
        return self._mended("mend_output", key, program, feedback=feedback)

    def _warned(self, judgement: Judgement) -> str:
        """Return what there is to say of the compiler's warnings, if that is wanted."""
        if not self._settings.warnings or not judgement.warnings:
            return ""
        who = "mypy and ruff warn" if self._fence == "python" else "The compiler warns"
        return f"\n{who}:\n{cut(judgement.warnings, LONGEST_WARNINGS)}"

    def _mended(self, template: str, key: str, program: str, **told: str) -> Mend:
        how = self._edited if self._settings.diff and program else self._program
        mended, prompt = how(template, key, self._settings.temperature, program=program, **told)
        return Mend(mended, prompt, *told.values())

    def _edited(
        self, template: str, key: str, temperature: float, *, program: str, **told: str
    ) -> tuple[str, str]:
        """Return a program as an answer edits it; as it was, if that cannot be done."""
        values = {"program": program, **told}
        asked = values | {"footer": EDITS.format(self._words["to_language"])}
        said, _ = self._answer(
            template, key, EDITING, temperature, self._settings.max_tokens, asked
        )
        self.remark = self._broken_off(said)
        prompt = self._filled(template, values)  # who learns from the mend learns to write it whole
        try:
            return apply(program, read(_encodable(said.text))), prompt
        except EditError as error:
            self.remark += f"\nYour last answer was of no use: {error}."
            return program, prompt

    def _told(self, key: str, program: str, failed: Sequence[Result]) -> str:
        """Return what is told of tests that fail."""
        room = OUTPUT_LIMITS[0] // len(failed)
        told = "\n\n".join(cut(self._fault(each), room) for each in failed)
        if not self._settings.explain:
            return told
        if not self._settings.blind:
            words = self._said("explain", key, program=program, feedback=told)
            return f"{told}\n{words}"
        given, expected, actual = self._texts(failed[0])
        words = self._said("describe", key, expected=expected, actual=actual)
        expected, given = (cut(text, OUTPUT_LIMITS[0]) for text in (expected, given))
        # Whoever was told not to quote may do so all the same.
        return told if any(_quotes(words, text) for text in (given, expected, actual)) else words

    def _fault(self, failed: Result) -> str:
        """Return what is told of a test that fails, before anybody is asked about it."""
        given, expected, actual = self._texts(failed)
        told = self._operators.feedback(given, expected, actual, failed.status or "ok")
        blind = self._settings.blind or not failed.reasoning
        return told if blind else f"{told}\n{failed.reasoning}"

    def _texts(self, failed: Result) -> tuple[str, str, str]:
        """Return what a test gives, expects and gets, without what does not count."""
        outputs = failed.expected, failed.actual
        if not self._compared.is_exact:
            outputs = trimmed(failed.expected), trimmed(failed.actual)
        return _text(failed.given), _text(outputs[0]), _text(outputs[1])

    def _said(self, template: str, key: str, **values: str) -> str:
        said, _ = self._answer(
            template, f"{key}.{template}", PROSE, self._settings.temperature, LONGEST_WORDS, values
        )
        return said.text.strip()

    def _program(
        self, template: str, key: str, temperature: float, **values: str
    ) -> tuple[str, str]:
        said, prompt = self._answer(
            template, key, self._frame, temperature, self._settings.max_tokens, values
        )
        self.remark = self._broken_off(said)
        return _encodable(extract_block(said.text, self._fence) or ""), prompt

    def _broken_off(self, said: Completion) -> str:
        """Return what there is to say if an answer was as long as it may be."""
        if said.finish != "length":
            return ""
        return f"\nThe answer broke off after {said.tokens_out} tokens; be shorter."

    def _filled(self, template: str, values: dict[str, str]) -> str:
        return self._prompts.fill(template, self._words | values, self._settings.prompt_chars)

    def _answer(
        self,
        template: str,
        key: str,
        frame: Frame,
        temperature: float,
        max_tokens: int,
        values: dict[str, str],
    ) -> tuple[Completion, str]:
        """Return a model's answer, and what it was asked."""
        prompt = self._filled(template, values)
        self.calls += 1
        completion = self._ask(
            Question(
                key=f"{self._name}.{key}",
                query=prompt,
                frame=frame,
                temperature=temperature,
                max_tokens=max_tokens,
                model=self._model,
            )
        )
        return completion, prompt


def words_of(task: Task, target: str) -> dict[str, str]:
    """Return what every question about a translation is filled in with."""
    return {
        "from_language": SOURCES[task.language].title,
        "to_language": TARGETS[target].title,
        "source": task.source,
        "platform": f" {note}" if (note := getattr(TARGETS[target], "note", "")) else "",
    }


def _found(judgement: Judgement) -> str:
    """Return what there is to say of what sanitizers find, which quotes nothing."""
    told = cut(judgement.findings, LONGEST_WARNINGS)
    return f"\nAs it runs, this is found:\n{told}" if told else ""


def _encodable(text: str) -> str:
    """Return a text without half characters, which no file and no model could take."""
    return text.encode(errors="replace").decode()


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _quotes(words: str, text: str) -> bool:
    """Tell whether words hold a line of a text, not as a part of a longer word."""
    lines = {line.strip() for line in text.splitlines()} - {""}
    return any(re.search(rf"(?<!\w){re.escape(line)}(?!\w)", words) for line in lines)
