"""Files that arrive from a guest: what is held, and what is refused."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from autoagent.guest_files import MOST_PIECES, GuestFiles, TooManyFilesError, proper
from autoagent.message import MalformedError
from autoagent.organism import cargo
from sandbox import mounted
from sandbox.memory_tree import MOST_BYTES


def piece(name: Any, data: bytes | None, complete: bool = True) -> list[Any]:
    return [name, None if data is None else b64encode(data).decode(), complete]


def test_files_are_held_once_all_has_arrived() -> None:
    files = GuestFiles({"in": b"1"})
    files.receive([piece("a/b", b"x", False), piece("in", None)])
    files.receive([piece("a/b", b"y"), piece("empty", b"")])
    assert files.held == {"in": b"1"}
    files.arrived()
    assert files.held == {"a/b": b"xy", "empty": b""}
    files.receive([piece("a/b", None), piece("a", b"a file now")])
    files.arrived()
    assert files.held == {"a": b"a file now", "empty": b""}


@pytest.mark.parametrize(
    "name",
    [
        *("", "/a", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/.", "a\0", "\ud800"),
        *("x" * 256, "/".join("a" * 32), "/".join(["x" * 250] * 5), 1, None, ["a"]),
    ],
)  # fmt: skip
def test_names_lead_nowhere_else(name: Any) -> None:
    assert not proper(name)
    with pytest.raises(MalformedError):
        GuestFiles({}).receive([piece(name, b"")])


def test_proper_names() -> None:
    assert all(map(proper, ["a", "a/b.c", "...", "..a", "é/ü", "a b", "-", "~", "a\n", "x" * 255]))


@pytest.mark.parametrize(
    "pieces",
    [
        *(None, {}, "a", [None], [["a"]], [["a", "%%%", True]], [["a", 1, True]]),
        *([["a", "eA", True]], [["a", "é", True]], [["a", "eA==", True, 1]]),
    ],
)  # fmt: skip
def test_what_is_no_piece_is_refused(pieces: Any) -> None:
    with pytest.raises(MalformedError):
        GuestFiles({}).receive(pieces)


@pytest.mark.parametrize(
    "pieces",
    [[piece("a", b"", False)], [piece("a", b""), piece("a/b", b"")], [piece("in/x/y", b"")]],
)
def test_files_that_cannot_all_be_there_are_refused(pieces: list[Any]) -> None:
    files = GuestFiles({"in": b""})
    files.receive(pieces)
    with pytest.raises(MalformedError):
        files.arrived()


def test_how_much_arrives_is_bounded() -> None:
    files = GuestFiles({})
    with pytest.raises(TooManyFilesError):
        files.receive([piece("a", None)] * (MOST_PIECES + 1))
    files = GuestFiles({})
    files.receive([piece("a", bytes(MOST_BYTES))])
    with pytest.raises(TooManyFilesError):
        files.receive([piece("a", b"x", False)])
    files = GuestFiles({"b": b"x"})
    files.receive([piece("a", bytes(MOST_BYTES))])
    with pytest.raises(TooManyFilesError):
        files.arrived()


def test_what_a_guest_sends_is_what_arrives() -> None:
    mounted.files.__init__()  # type: ignore[misc]
    try:
        sent = {"a/b/c": b"in", "d": b""}
        cargo.unload({name: b64encode(data).decode() for name, data in sent.items()})
        assert list(cargo.parcels()) == []
        made = {"large": bytes(range(256)) * 4096, "a/b/c": b"other", "\x01" * 255: b"x"}
        made |= {f"n{n}": b"y" * n for n in range(300)}
        for name, data in made.items():
            with mounted.modules["io"].open(name, "wb") as file:
                file.write(data)
        mounted.modules["os"].remove("d")
        files = GuestFiles(sent)
        for parcel in cargo.parcels():
            assert len(json.dumps(parcel)) < 1 << 16
            files.receive(parcel)
        files.arrived()
        assert files.held == made
    finally:
        mounted.files.__init__()  # type: ignore[misc]
