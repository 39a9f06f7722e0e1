"""Bounds on what a server may send, kept below the HTTP client."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from httpx2 import ReadError, ReadTimeout, Request, Response, SyncByteStream

MAX_BYTES = 64 * 2**20


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
            if time.monotonic() > self._deadline:
                raise ReadTimeout("the answer takes too long")
            yield part

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


def hooks() -> dict[str, list[Callable[..., Any]]]:
    """Return event hooks that give each answer as a whole the time of the read time-out."""
    return {"request": [_start], "response": [_bound]}


def _start(request: Request) -> None:
    seconds = request.extensions["timeout"]["read"]
    request.extensions["deadline"] = time.monotonic() + seconds


def _bound(response: Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ReadError("the answer is compressed, which was not asked for")
    stream = response.stream
    assert isinstance(stream, SyncByteStream)
    deadline = response.request.extensions["deadline"]
    response.stream = BoundedStream(stream=stream, deadline=deadline, max_bytes=MAX_BYTES)
