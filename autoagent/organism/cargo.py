"""Files on their way in and out: contents as text, in pieces that fit into a message."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.mounted import files

LARGEST_PIECE = 32_768
"""Bytes of content in one piece. A wall lets messages pass that are twice as long."""
LONGEST_PARCEL = 49_152
"""Characters of the pieces in one message."""

Piece = list[Any]
"""A name, content in base64 or None where the file is gone, and whether that is all of it."""


def unload(contents: Mapping[str, str]) -> None:
    """Put the files that come with a birth into the working folder."""
    for name, text in contents.items():
        files.put(name, b64decode(text))
    files.changed()  # whoever sent them knows of them


def parcels() -> Iterator[list[Piece]]:
    """Yield what changed since the last time, as many pieces together as a message holds."""
    parcel: list[Piece] = []
    length = 0
    for name, data in files.changed().items():
        for piece in _pieces(name, data):
            size = 6 * len(name) + len(piece[1] or "") + 32
            if parcel and length + size > LONGEST_PARCEL:
                yield parcel
                parcel, length = [], 0
            parcel.append(piece)
            length += size
    if parcel:
        yield parcel


def _pieces(name: str, data: bytes | None) -> Iterator[Piece]:
    if data is None:
        yield [name, None, True]
        return
    for start in range(0, len(data) or 1, LARGEST_PIECE):
        end = start + LARGEST_PIECE
        yield [name, b64encode(data[start:end]).decode(), end >= len(data)]
