"""The whole world of a guest, as it sees it: the functions that its component may import.

There is one door to the host; a clock that only the host and the guest's own doing move; random
bytes that follow from the seed; and empty answers about environment and folders. All else is a
trap: there is no implementation of files, sockets or processes to escape to.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

WASI = "@0.2.9"
TICK_OF_CLOCK = 1_000_000
"""Nanoseconds by which the guest's clock moves at each reading, so that waiting loops end."""
LONGEST_SLEEP = 10**18
MOST_RANDOM = 1 << 20

Door = Callable[[object, str], str]


class World:
    """What one guest sees.

    Args:
        seed: What its random bytes follow from.
        now: What its clock shows, in seconds since the epoch.
        door: Called with each message that it says; returns the reply.
    """

    def __init__(self, seed: int, now: float, door: Door) -> None:
        self._random = random.Random(seed)
        self._clock = int(now * 1e9)
        self._door = door

    def move_clock(self, now: float) -> None:
        """Have the clock show what the host says, if that is later."""
        self._clock = max(self._clock, int(now * 1e9))

    def linker(self, engine: Any, component: Any) -> Any:
        """Return what links the component with this world."""
        from wasmtime.component import Linker, ResourceType

        linker = Linker(engine)
        with linker.root() as root:
            root.add_func("host", self._door)
            with root.add_instance("wasi:io/poll" + WASI) as poll:
                poll.add_resource("pollable", ResourceType.host(1), lambda _, rep: None)
                poll.add_func("[method]pollable.block", _ready)
            for name, members in self._functions().items():
                with root.add_instance(name + WASI) as interface:
                    for member, function in members.items():
                        interface.add_func(member, function)
        linker.define_unknown_imports_as_traps(component)
        return linker

    def _functions(self) -> dict[str, dict[str, Callable[..., Any]]]:
        return {
            "wasi:clocks/wall-clock": {
                "now": lambda _: _instant(self._now()),
                "resolution": lambda _: _instant(1),
            },
            "wasi:clocks/monotonic-clock": {
                "now": self._now,
                "resolution": lambda _: 1,
                "subscribe-duration": lambda _, time: self._sleep(time),
                "subscribe-instant": lambda _, time: self._sleep(max(0, time - self._clock)),
            },
            "wasi:random/random": {
                "get-random-bytes": lambda _, size: self._random.randbytes(min(size, MOST_RANDOM)),
                "get-random-u64": lambda _: self._random.getrandbits(64),
            },
            "wasi:cli/environment": {
                "get-environment": lambda _: [],
                "get-arguments": lambda _: [],
                "initial-cwd": lambda _: None,
            },
            "wasi:filesystem/preopens": {"get-directories": lambda _: []},
        }

    def _now(self, *_: object) -> int:
        self._clock += TICK_OF_CLOCK
        return self._clock

    def _sleep(self, nanoseconds: int) -> Any:
        """Sleeping moves the guest's clock and costs nobody time."""
        from wasmtime.component import ResourceHost

        self._clock += min(nanoseconds, LONGEST_SLEEP)
        return ResourceHost.own(0, 1)


def _ready(caller: Any, pollable: Any) -> None:
    pollable.drop(caller)


def _instant(nanoseconds: int) -> Any:
    from wasmtime.component import Record

    record = Record()
    record.seconds, record.nanoseconds = divmod(nanoseconds, 10**9)
    return record
