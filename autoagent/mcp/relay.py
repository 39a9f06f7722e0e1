"""Stands between this program and a server that it started: a script of its own.

A server may write a line without an end, leave children behind, or live on when the program that
started it was killed. So this passes lines of bounded length, keeps the end of what the server
complains of, and leaves nothing of its process group behind, itself included.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO

LONGEST_LINE = 1 << 22
LONGEST_COMPLAINT = 2_000
GRACE_SECONDS = 1.0
"""How long a server may take to end once its standard input has."""


def main(command: list[str]) -> None:
    """Run a server until it or our standard input ends."""
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert server.stdin
    assert server.stdout
    assert server.stderr
    complaint = bytearray()
    listening = threading.Thread(target=_keep_end, args=(server.stderr, complaint), daemon=True)
    listening.start()
    threading.Thread(target=_pass_on, args=(server.stdin,), daemon=True).start()
    with contextlib.suppress(OSError):  # nobody reads any more
        _pass_lines(server.stdout)
    listening.join(GRACE_SECONDS)
    os.write(2, bytes(complaint))
    _end_all()


def _pass_lines(source: IO[bytes]) -> None:
    while line := source.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            os.write(2, b"it wrote a line of more than %d bytes\n" % LONGEST_LINE)
            return
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def _pass_on(sink: IO[bytes]) -> None:
    """Give the server what we are given; when that ends, so does the server, in good time."""
    with contextlib.suppress(OSError):
        while chunk := os.read(0, 1 << 16):
            sink.write(chunk)
            sink.flush()
        sink.close()
    time.sleep(GRACE_SECONDS)
    _end_all()


def _keep_end(source: IO[bytes], end: bytearray) -> None:
    while chunk := os.read(source.fileno(), 1 << 16):
        end += chunk
        del end[:-LONGEST_COMPLAINT]


def _end_all() -> None:
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
