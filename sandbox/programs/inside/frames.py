"""Frames between a host and its workers: a JSON header, and the bytes that come with it.

Nothing but JSON and bytes crosses, since whoever writes a frame may be in a stranger's hands.
"""

from __future__ import annotations

import json
from typing import IO, Any

LARGEST_HEADER = 1 << 16
LARGEST_BLOB = 1 << 30

Header = dict[str, Any]


def write(stream: IO[bytes], header: Header, *blobs: bytes) -> None:
    """Write one frame."""
    words = json.dumps({**header, "sizes": [len(each) for each in blobs]}).encode()
    stream.write(len(words).to_bytes(4, "big") + words)
    for each in blobs:
        stream.write(each)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[Header, list[bytes]] | None:
    """Read one frame; None at the end of the stream.

    Raises:
        ValueError: The stream holds something else.
    """
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > LARGEST_HEADER:
        raise ValueError(f"a header of {length} bytes is longer than any that is sent")
    header = json.loads(stream.read(length))
    blobs = []
    for size in header.pop("sizes"):
        if not 0 <= size <= LARGEST_BLOB:
            raise ValueError(f"{size} is no length of a blob")
        blobs.append(stream.read(size))
        if len(blobs[-1]) < size:
            return None
    return header, blobs
