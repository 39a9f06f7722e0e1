"""What host and worker say to one another: orders one way, words the other.

Orders are JSON. Words are not: who breaks the engine of a worker writes whatever he likes, so the
host reads numbers and text of bounded length there, and parses nothing.
"""

from __future__ import annotations

import json
import os
import struct
from typing import IO, Any, NamedTuple

MESSAGE, READY, FAILURE = "message", "ready", "failure"
"""Words beside the ways in which a guest ends: it says something; all is loaded, or it is not."""
HEAD = struct.Struct(">IqHI")
"""Of a word: the life that it concerns, fuel, and how long word and text are, in bytes."""
LENGTH = struct.Struct(">I")
LONGEST_WORD = 16
UNKNOWN = -1

Order = dict[str, Any]


class Word(NamedTuple):
    """What a worker says.

    Attributes:
        life: The guest that it concerns.
        word: `MESSAGE`, or how the guest ended.
        text: What the guest said, or what there is to say about its end.
        fuel: What it used since it was refuelled; None if unknown.
    """

    life: int
    word: str
    text: str = ""
    fuel: int | None = None


def give_order(stream: IO[bytes], order: Order) -> None:
    """Write an order; the host does."""
    data = json.dumps(order).encode()
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def hear_word(stream: IO[bytes], longest: int) -> Word | None:
    """Read a word, on the host; None at the end of the stream.

    Args:
        stream: Leads to a worker.
        longest: How many bytes its text may have.

    Raises:
        ValueError: That is no word.
    """
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    life, fuel, word, text = HEAD.unpack(head)
    if word > LONGEST_WORD or text > longest:
        raise ValueError(f"a word of {text} bytes is longer than any that is sent")
    data = stream.read(word + text)
    if len(data) < word + text:
        return None
    used = None if fuel == UNKNOWN else fuel
    return Word(life, data[:word].decode("ascii"), data[word:].decode(), used)


def hear_order(inbox: int) -> Order | None:
    """Read an order, in the worker; None when the host is gone."""
    head = _read(inbox, LENGTH.size)
    data = head and _read(inbox, LENGTH.unpack(head)[0])
    return json.loads(data) if data else None


def say_word(outbox: int, said: Word) -> None:
    """Write a word; the worker does."""
    word, text = said.word.encode(), said.text.encode(errors="replace")
    used = UNKNOWN if said.fuel is None else said.fuel
    data = memoryview(HEAD.pack(said.life, used, len(word), len(text)) + word + text)
    while data:
        data = data[os.write(outbox, data) :]


def _read(inbox: int, size: int) -> bytes:
    """Read so many bytes; none if there are fewer."""
    parts = bytearray()
    while len(parts) < size:
        part = os.read(inbox, min(size - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)
