"""Instances that wait for a trial: nobody was there before, and one that has died is replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from autoagent.walls import open_wall
from env.instances import Fresh, Ready
from env.trial import trial
from sandbox.session import Message, Sandbox
from sandbox.wasm.wall import WasmSandbox

ADD = "def f(x):\n    return x + {}"


@pytest.fixture
def ready(wall: Sandbox) -> Iterator[Ready]:
    """One behind the shared wall."""
    with closing(Ready(wall, "strict")) as instances:
        yield instances


def test_each_trial_has_an_instance_of_its_own_and_the_next_one_waits(ready: Ready) -> None:
    lent = []
    for _ in range(3):
        with ready.one() as session:
            assert isinstance(session.event, Message)
            lent.append(session)
        assert not isinstance(session.event, Message)  # ended with its trial
    assert len(set(map(id, lent))) == 3
    waiting = ready._waiting
    assert waiting is not None
    ready.close()
    assert not isinstance(waiting.result().event, Message)


def test_a_trial_sees_nothing_of_the_one_before(wall: Sandbox, ready: Ready) -> None:
    """What one leaves in its interpreter is not there for the next, whose instance waited."""
    spoils = "def f(x):\n    self.kept = 1\n    global g\n    g = f\n    return x"
    looks = "def f(x):\n    return [hasattr(self, 'kept'), 'g' in globals(), x]"
    told = [
        trial(wall, "f", source, [(1,), (2,)], instances=ready)
        for source in (looks, spoils, f"{looks}  # again")
    ]
    first, spoiled, second = told
    assert first is not None
    assert spoiled is not None
    assert second is not None
    assert first.results == second.results == ("[False, False, 1]", "[False, False, 2]")


def test_what_is_found_does_not_depend_on_whether_an_instance_waited(
    wall: Sandbox, ready: Ready
) -> None:
    """Chance, clock and addresses are the same."""
    source = (
        "def f(x):\n    import random, time\n    return [x, random.random(), time.time(), id(f)]"
    )
    found = [
        trial(wall, "f", f"{source}  # {number}", [(1,), (2,)], instances=instances)
        for number, instances in enumerate([Fresh(wall, "strict"), ready, ready])
    ]
    assert found[0] is not None
    assert found[0] == found[1] == found[2]


def test_one_that_died_while_it_waited_is_replaced() -> None:
    with closing(open_wall("wasm")) as wall:
        assert isinstance(wall, WasmSandbox)
        with closing(Ready(wall, "strict")) as instances:
            for number in (1, 2):
                told = trial(wall, "f", ADD.format(number), [(1,)], instances=instances)
                assert told is not None
                assert told.results == (str(1 + number),)
                assert instances._waiting is not None
                instances._waiting.result()
                for worker in wall.workers():
                    with suppress(ProcessLookupError):  # of the round before, and not yet missed
                        os.kill(worker, signal.SIGKILL)
