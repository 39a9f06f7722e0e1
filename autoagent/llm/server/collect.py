"""Read a streamed answer of a server that may send anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from autoagent.llm.base import LLMUnreachable
from autoagent.llm.framing.stops import GrowingText

MAX_CHARS = 1_000_000


class GarbageError(Exception):
    """What the server sent is no answer."""


class EmptyError(GarbageError):
    """The server sent nothing at all."""


class Busy(LLMUnreachable):
    """The server failed or refuses for now.

    Args:
        message: What happened.
        after: The server's header `retry-after`, in seconds.

    Attributes:
        after: Seconds to wait at least.
    """

    def __init__(self, message: str, *, after: str | None) -> None:
        super().__init__(message)
        self.after = float(after) if after is not None and after.isdecimal() else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a stream said besides its text.

    Attributes:
        tokens_in: Tokens of the query, if the server counted them.
        tokens_out: Tokens of the answer; the pieces with text, if the server did not count.
        finish: Why the answer ended.
    """

    tokens_in: int | None
    tokens_out: int
    finish: Literal["stop", "length"]


def collect(chunks: Iterable[Any], growing: GrowingText) -> Reply:
    """Read chunks to their end, and add their text to the growing text.

    Raises:
        EmptyError: There are none.
        GarbageError: They are not what the protocol says, or there are too many.
    """
    finish: str | None = None
    usage: Any = None
    pieces = received = seen = 0
    for seen, chunk in enumerate(chunks, start=1):
        usage = getattr(chunk, "usage", None) or usage
        text, ended = _read(chunk)
        received += len(text)
        if received > MAX_CHARS or seen > MAX_CHARS:
            raise GarbageError(f"the answer does not end within {MAX_CHARS} characters")
        pieces += bool(text)
        finish = ended or finish
        if text and growing.add(text):
            finish = "stop"
            break
    if not seen:
        raise EmptyError("it is empty")
    if finish is None:
        raise GarbageError("the answer breaks off" if pieces else "there is no answer in it")
    tokens_in, counted = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    return Reply(
        tokens_in=tokens_in,
        tokens_out=pieces if counted is None else counted,
        finish="length" if finish == "length" else "stop",
    )


def _read(chunk: Any) -> tuple[str, str | None]:
    """Return the text in a chunk and, in the last one, why the answer ended."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list):
        raise GarbageError("a part of it has no choices")
    if not choices:
        return "", None
    said = getattr(choices[0], "delta", None) or getattr(choices[0], "message", None)
    text = getattr(said, "content", None)
    finish = getattr(choices[0], "finish_reason", None)
    return (
        text if isinstance(text, str) else "",
        finish if isinstance(finish, str) else None,
    )


def _count(usage: Any, name: str) -> int | None:
    """Return a number of tokens, if the server gave one."""
    count = getattr(usage, name, None)
    return count if isinstance(count, int) and count >= 0 else None
