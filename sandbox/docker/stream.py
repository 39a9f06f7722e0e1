"""The stream of bytes to and from a container, as the engine carries it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

STDOUT, STDERR = 1, 2
HEADER = struct.Struct(">BxxxL")
"""What the engine puts before each piece of a stream: whose it is, and its length."""
READ_AT_ONCE = 1 << 16


class Stream:
    """What a container is told and what it says, from before it starts.

    Args:
        engine: A client of it.
        container: Id of a container that was made with its input open, and not yet started.
    """

    def __init__(self, engine: Any, container: str) -> None:
        channels = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        stream = engine.api.attach_socket(container, params=channels)
        self._socket: socket.socket = getattr(stream, "_sock", stream)
        self._received = bytearray()

    def send(self, data: memoryview, timeout: float) -> int:
        """Send some of `data`; return how much.

        Raises:
            OSError: It cannot be sent in time.
        """
        self._socket.settimeout(timeout)
        return self._socket.send(data)

    def receive(self, timeout: float) -> bool:
        """Wait for more; return whether there was any.

        Raises:
            OSError: Nothing came in time.
        """
        self._socket.settimeout(timeout)
        received = self._socket.recv(READ_AT_ONCE)
        self._received += received
        return bool(received)

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Take the pieces that are whole: whose it is (`STDOUT`, `STDERR`), and its bytes."""
        while len(self._received) >= HEADER.size:
            source, length = HEADER.unpack_from(self._received)
            end = HEADER.size + length
            if len(self._received) < end:
                return
            piece = bytes(self._received[HEADER.size : end])
            del self._received[:end]
            yield source, piece

    def shut(self, *, how: int = socket.SHUT_RDWR) -> None:
        """Say that nothing more will be sent, and by default that nothing is waited for."""
        with suppress(OSError):
            self._socket.shutdown(how)

    def close(self) -> None:
        """Shut it, and let go of it."""
        self.shut()
        self._socket.close()
