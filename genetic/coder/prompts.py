"""How a model is asked for a completion, and what of its answer is one."""

from __future__ import annotations

from collections.abc import Sequence

from autoagent.llm import TALK, Frame, Message, Query, extract_block
from genetic.coder.conversation import Conversation
from genetic.coder.settings import CoderSettings

FENCE, END = "```python\n", "```"
GO_ON = "Complete this code. Write only what comes next."
AGAIN = "Your completion has these problems:\n{feedback}\nWrite the completion again, mended."


def begun(code: str, settings: CoderSettings) -> Conversation:
    """Return the conversation before the first answer."""
    system = Message(role="system", content=settings.system_prompt)
    asked = Message(role="user", content=f"{GO_ON}\n\n{FENCE}{code}\n{END}")
    return Conversation(messages=(system, asked) if settings.system_prompt else (asked,))


def question(conversation: Conversation, code: str, settings: CoderSettings) -> tuple[Query, Frame]:
    """Return what a model is asked next, and in which frame.

    In the raw style the answer opens with the code itself, which the model then goes on with. It
    opens without the line breaks at the end: models write those together with what follows.
    """
    messages = list(conversation.messages)
    if conversation.path:
        told = conversation.feedback or "It is not what was asked for."
        messages.append(Message(role="user", content=AGAIN.format(feedback=told)))
    if settings.style == "raw":
        return messages, Frame(system="", opening=FENCE + code.rstrip("\n"), closing=END)
    return messages, TALK


def completion_in(answer: str, code: str, frame: Frame) -> str:
    """Return what of an answer goes behind the code; empty if there is nothing."""
    if frame.opening and answer.startswith(frame.opening):
        written = answer[len(frame.opening) :].partition(END)[0]
        for _ in range(len(code) - len(code.rstrip("\n"))):
            written = written.removeprefix("\n")
    else:
        written = _without(extract_block(answer, "python") or "", code) + "\n"
    # Half characters are no text: no file and no model could take them.
    return written.encode(errors="replace").decode() if written.strip() else ""


def answered(
    conversation: Conversation,
    asked: Sequence[Message],
    completion: str,
    choice: int,
) -> Conversation:
    """Return the conversation that an answer makes of one."""
    said = Message(role="assistant", content=f"{FENCE}{completion}\n{END}")
    return Conversation(
        messages=(*asked, said), completion=completion, path=(*conversation.path, choice)
    )


def _without(written: str, code: str) -> str:
    """Return what a model wrote without what it repeated: the code's last lines, or all of it."""
    lines, there = written.split("\n"), code.rstrip("\n").split("\n")
    for count in range(min(len(lines), len(there)), 0, -1):
        repeated = [line.rstrip() for line in lines[:count]]
        if any(repeated) and repeated == [line.rstrip() for line in there[-count:]]:
            return "\n".join(lines[count:])
    return written
