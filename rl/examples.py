"""What a language model is to learn: prompts, and a better answer to each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from autoagent.files import read_whole
from autoagent.first_genome import USUAL, first_genome
from autoagent.inspection import Panel
from autoagent.llm import PYTHON, Frame, code_frame
from autoagent.llm.causal.template import Template
from autoagent.organism import extract_code
from autoagent.prefix import prefix
from sandbox.parsing import statements

LANGUAGES = {"python": "Python 3", "c": "C", "javascript": "JavaScript"}
"""Names of languages by the word behind a fence."""
FENCED = re.compile(r"\s*```(\w+)[ \t]*\r?\n")
NAME = re.compile(r"[^\W\d]\w*")
CLOSING = "```"


class Encoded(NamedTuple):
    """An example as token ids.

    Attributes:
        prompt: With the opening of the answer.
        answer: What is learnt, the end of the turn included.
        shortened: Whether the prompt was cut in the middle.
    """

    prompt: list[int]
    answer: list[int]
    shortened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A prompt and a better answer.

    Attributes:
        prompt: The query, without its frame.
        answer: What the model says after the frame's opening, up to its end of turn.
        frame: What stands around the query when the model runs.
    """

    prompt: str
    answer: str
    frame: Frame

    @classmethod
    def of(cls, data: Any) -> Example:
        """Return the example in a line that `autoagent export` writes, or a plain one.

        Known are ``{"messages": [{"role", "content"}, ...]}``, whose last message is the answer to
        the one before, and ``{"prompt", "completion"}``. An answer is learnt in the frame in which
        agents and translations ask: one block of code. With a message of the role ``system`` first,
        it is learnt as it stands.

        Raises:
            ValueError: The line is neither.
        """
        system, prompt, answer = _texts(data)
        if not answer.strip():
            raise ValueError("its answer is empty")
        if "frame" in data:
            return cls(prompt=prompt, answer=answer, frame=_frame(data["frame"]))
        if system is not None:
            return cls(prompt=prompt, answer=answer, frame=Frame(system=system))
        fenced = FENCED.match(answer)
        if fenced is not None:
            word = fenced[1].lower()
            frame = code_frame(LANGUAGES.get(word, word), word)
            code = answer[fenced.end() :].rstrip().removesuffix(CLOSING)
        else:
            # lessons of translations are bare programs, of Python or of C
            other = "better" in data and statements(answer) is None
            frame = code_frame(LANGUAGES["c"], "c") if other else PYTHON
            code = answer
        return cls(prompt=prompt, answer=code.rstrip() + frame.rest(code.rstrip()), frame=frame)

    def encode(self, template: Template) -> Encoded:
        """Return the token ids of prompt and answer.

        Raises:
            LLMError: The answer leaves no room for a prompt.
        """
        answer = [*template.encode(self.answer), template.end]
        prompt = template.prompt(self.prompt, len(answer), self.frame)
        return Encoded(prompt.tokens, answer, prompt.shortened)


class Examples(NamedTuple):
    """What a file holds.

    Attributes:
        kept: What is to be learnt.
        failed: How many others there were, whose outcome was an error, harm or death.
    """

    kept: list[Example]
    failed: int


def read_examples(path: Path) -> Examples:
    """Return the examples in a file of JSON lines, without those that came to a bad end.

    Raises:
        ValueError: It cannot be read; or a line, which is named by its number, holds no example;
            or none is left.
    """
    kept, failed = [], 0
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            example = Example.of(data)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"line {number} of {path} is no example: {error}") from None
        if _has_failed(data.get("outcome")):
            failed += 1
        else:
            kept.append(example)
    if failed and not kept:
        raise ValueError(f"all answers in {path} led to an error, harm or death; none is learnt")
    if not kept:
        raise ValueError(f"{path} holds no examples; `autoagent export RUN` writes some")
    return Examples(kept, failed)


def _text(path: Path) -> str:
    try:
        return read_whole(path).decode("utf-8")
    except OSError as error:
        raise ValueError(
            f"cannot read {path}: {error.strerror}; give a file of JSON lines"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def flawless(example: Example, panel: Panel) -> bool:
    """Tell whether analyzers are sure of no error in the Python of an answer.

    An example does not say what its organism was made of. What the prompt names counts as known.
    """
    code = extract_code(example.frame.opening + example.answer)
    if code is None or (example.frame.opening and example.frame.opening != PYTHON.opening):
        return True
    inborn, named = first_genome(USUAL).methods, set(NAME.findall(example.prompt))
    return not panel.errors(lambda code: prefix(inborn, inborn, named - inborn.keys(), code), code)


def _frame(data: Any) -> Frame:
    """Return the frame in which a line says that it is asked."""
    if not (
        isinstance(data, dict)
        and data.keys() == {"system", "opening", "closing"}
        and all(isinstance(text, str) for text in data.values())
    ):
        raise ValueError('its "frame" must have "system", "opening" and "closing" as texts')
    return Frame(**data)


def _has_failed(outcome: Any) -> bool:
    """Tell whether a step, as `autoagent export` describes it, is nothing to learn from."""
    return isinstance(outcome, dict) and bool(
        outcome.get("error") or outcome.get("harm") or outcome.get("alive") is False
    )


def _texts(data: Any) -> tuple[str | None, str, str]:
    """Return system text, prompt and answer of a line."""
    if not isinstance(data, dict):
        raise ValueError("it must be a JSON object")
    if "messages" not in data:
        texts = data.get("prompt"), data.get("completion")
        if not all(isinstance(text, str) for text in texts):
            raise ValueError('it must have "messages", or "prompt" and "completion" as texts')
        return (None, *texts)  # type: ignore[return-value]
    messages = data["messages"]
    if not isinstance(messages, list) or not all(
        isinstance(message, dict) and isinstance(message.get("content"), str)
        for message in messages
    ):
        raise ValueError('its "messages" must be a list of objects with a "role" and a "content"')
    roles = [message.get("role") for message in messages]
    if roles not in (["user", "assistant"], ["system", "user", "assistant"]):
        raise ValueError(
            "its messages must be of a user and then of an assistant, after a system's or none; "
            f"they are of {roles}"
        )
    contents = [message["content"] for message in messages]
    return (None, *contents) if len(contents) == 2 else tuple(contents)
