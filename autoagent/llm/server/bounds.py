"""Bounds on what a server may send, kept below the HTTP client."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from httpx2 import ReadError, ReadTimeout, Request, Response, SyncByteStream

MAX_BYTES = 64 * 2**20
CONNECTING = ("connect_tcp", "start_tls")


class Alarm:
    """Cuts a connection when its time is up, whatever the client is waiting for.

    The client's own time-out begins anew with each byte: a server that drips headers would never
    meet it. This is a trace of the client's, which is told of the connection.

    Args:
        seconds: How long the whole exchange may take.

    Attributes:
        deadline: When it must be over, in seconds of `time.monotonic`.
    """

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Take note of an event, such as ``connection.connect_tcp.complete``."""
        _, name, stage = event.split(".")
        if name in CONNECTING and stage == "complete":
            self._socket = info["return_value"].get_extra_info("socket")
            if time.monotonic() >= self.deadline:
                self._cut()
        elif name == "response_closed" or (name in CONNECTING and stage == "failed"):
            self._timer.cancel()

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Not the method of an encrypted one, which is not meant for two threads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class BoundedStream(SyncByteStream):
    """Passes on the bytes of an answer until there are too many or it takes too long.

    Args:
        stream: The bytes as they come.
        deadline: When the answer must be complete, in seconds of `time.monotonic`.
        max_bytes: How many bytes it may have.
    """

    def __init__(self, *, stream: SyncByteStream, deadline: float, max_bytes: int) -> None:
        self._stream = stream
        self._deadline = deadline
        self._left = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes.

        Raises:
            ReadTimeout: The deadline has passed.
            ReadError: There are too many bytes.
        """
        for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise ReadError("the answer has too many bytes")
            self._hurry()
            yield part
        self._hurry()  # what was cut looks like an end

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()

    def _hurry(self) -> None:
        if time.monotonic() >= self._deadline:
            raise ReadTimeout("the answer takes too long")


def hooks() -> dict[str, list[Callable[..., Any]]]:
    """Return event hooks that give each exchange as a whole the time of the read time-out."""
    return {"request": [_start], "response": [_bound]}


def _start(request: Request) -> None:
    request.extensions["trace"] = Alarm(request.extensions["timeout"]["read"])


def _bound(response: Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ReadError("the answer is compressed, which was not asked for")
    stream = response.stream
    assert isinstance(stream, SyncByteStream)
    deadline = response.request.extensions["trace"].deadline
    response.stream = BoundedStream(stream=stream, deadline=deadline, max_bytes=MAX_BYTES)
