"""Read a streamed answer of a server that may send anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from autoagent.llm.base import LLMUnreachable
from autoagent.llm.framing.stops import GrowingText

MAX_CHARS = 1_000_000
BYTES_PER_TOKEN = 16
"""How many bytes of text a token has at most, on the average."""
PIECES_PER_TOKEN = 16
"""In how many parts a server may send a token; some send each character by itself."""
MORE_TOKENS = 4096
"""What a server may count beyond a token for each byte, such as what stands around a text."""


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
        counted_in: What the server says how many tokens the query has; it may say anything.
        counted_out: What it says how many the answer has.
        pieces: How many parts of the answer had text.
        size: Bytes of text in all of them.
        finish: Why the answer ended.
    """

    counted_in: object
    counted_out: object
    pieces: int
    size: int
    finish: Literal["stop", "length"]


def collect(chunks: Iterable[Any], growing: GrowingText, allowed: int) -> Reply:
    """Read chunks to their end, and add their text to the growing text.

    Args:
        chunks: What the server sends.
        growing: The answer so far.
        allowed: Tokens that the answer may have. A stream that goes on far beyond them is cut.

    Raises:
        EmptyError: There are none.
        GarbageError: They are not what the protocol says, or there are too many.
    """
    finish: str | None = None
    usage: Any = None
    pieces = received = size = seen = 0
    for seen, chunk in enumerate(chunks, start=1):
        usage = getattr(chunk, "usage", None) or usage
        text, ended = _read(chunk)
        received += len(text)
        if received > MAX_CHARS or seen > MAX_CHARS:
            raise GarbageError(f"the answer does not end within {MAX_CHARS} characters")
        size += utf8_size(text)
        pieces += bool(text)
        finish = ended or finish
        if size > allowed * BYTES_PER_TOKEN or pieces > allowed * PIECES_PER_TOKEN:
            growing.add(text)
            finish = "length"
            break
        if text and growing.add(text):
            finish = "stop"
            break
    if not seen:
        raise EmptyError("it is empty")
    if finish is None:
        raise GarbageError("the answer breaks off" if pieces else "there is no answer in it")
    return Reply(
        counted_in=getattr(usage, "prompt_tokens", None),
        counted_out=getattr(usage, "completion_tokens", None),
        pieces=pieces,
        size=size,
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


def utf8_size(text: str) -> int:
    """Return how many bytes a text has."""
    return len(text.encode("utf-8", "surrogatepass"))


def believable(counted: object, *, guess: int, size: int, allowed: int = 0) -> int:
    """Return how many tokens a text has: what a server counted, as far as that can be.

    Args:
        counted: The server's number, or whatever it sent in its place.
        guess: What to go by where that is no number.
        size: Bytes of the text.
        allowed: How many tokens the server was allowed, some of which may not show in the text.
    """
    number = counted if type(counted) is int and counted >= 0 else guess
    most = max(size + MORE_TOKENS, allowed)
    return min(max(number, size // BYTES_PER_TOKEN, 1), most)
