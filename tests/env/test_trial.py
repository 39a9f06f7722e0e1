"""Trials of functions, and what is remembered of them."""

from __future__ import annotations

import pytest

from env import trial as module
from env.trial import Behaviour, trial
from sandbox.session import Sandbox

COUNTING = "def f(x):\n    return x + 1\n"


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything that was run in a fresh instance."""
    made: list[object] = []
    tried = module._tried

    def counted(session: module.Session, told: str) -> module.Event:
        made.append(told)
        return tried(session, told)

    monkeypatch.setattr(module, "_tried", counted)
    return made


def test_what_was_tried_is_remembered(wall: Sandbox, lives: list[object]) -> None:
    source = f"{COUNTING}# tried by a test alone\n"
    first = trial(wall, "f", source, [(1,), (2,)])
    second = trial(wall, "f", source, [(1,), (2,)])
    assert first == second == Behaviour(("2", "3"), "--\n--\n")
    assert len(lives) == 1


@pytest.mark.parametrize("other", ["inputs", "source", "ballast", "policy"])
def test_another_trial_is_run(wall: Sandbox, lives: list[object], other: str) -> None:
    source = f"{COUNTING}# beside {other}\n"
    trial(wall, "f", source, [(1,)])
    told = trial(
        wall,
        "f",
        source.replace("1", "5") if other == "source" else source,
        [(2,)] if other == "inputs" else [(1,)],
        ballast=other == "ballast",
        policy="open" if other == "policy" else "strict",
    )
    expected = {"inputs": "3", "source": "6"}.get(other, "2")
    assert told is not None
    assert told.results == (expected,)
    assert len(lives) == 2


def test_nothing_is_remembered_behind_a_wall_that_leaves_something_undetermined(
    wall: Sandbox, lives: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "undetermined", ("memory addresses",))
    for _ in range(2):
        trial(wall, "f", f"{COUNTING}# undetermined\n", [(1,)])
    assert len(lives) == 2


def test_what_is_remembered_is_bounded_in_bytes() -> None:
    """A key is a digest, and a behaviour counts with all that it printed."""
    printed = Behaviour(("1",), "\U0001f642" * 60_000)
    assert module._size(printed) > 240_000
    assert len(module.digest(COUNTING * 10_000)) == 32
    assert module.digest("a", "b") != module.digest("ab") != module.digest("a", ("b",))


def test_what_cannot_be_told_is_tried_again(wall: Sandbox, lives: list[object]) -> None:
    for _ in range(2):
        assert trial(wall, "f", "def f(x):\n    raise SystemExit\n", [(1,)]) is None
    assert len(lives) == 2
