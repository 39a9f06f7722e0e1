"""The guest's side of a wall around a real interpreter: pins its world, loads it, serves it.

Runs inside the jail or the container, and imports nothing of this project. The order is the
point: clock and randomness are pinned before anything can have read the real ones, and all modules
are imported before the first word of a stranger arrives, since there are no files afterwards.

It says two things to the host: a message, or what its entry function returned. Everything else
about its end, the host sees for itself.
"""

from __future__ import annotations

import _random
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter
from typing import Any, NoReturn

TICK_OF_CLOCK = 1_000_000
"""Nanoseconds by which the guest's clock moves at each reading, so that waiting loops end."""
LONGEST_SLEEP = 10**18
MESSAGE, RETURNED, READY = b"M", b"R", b"!"
CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")
IN_C = ("_datetime", "_uuid")
"""Modules that read the real clock from C; their twins in Python use `time`."""

Entry = Callable[[str, Callable[[str], str]], str]


class World:
    """The clock and the randomness of a life: both move only by its own doing and the host's.

    Attributes:
        clock: Nanoseconds since the epoch.
        random: Where all random bytes come from.
        mapped: Bytes of address space in use when all was loaded.
    """

    def __init__(self) -> None:
        self.clock = 0
        self.random = PlainRandom(0)
        self.mapped = 0

    def begin(self, seed: int, now: float) -> None:
        """Set both to where a life begins."""
        self.clock = int(now * 1e9)
        self.random.seed(seed)
        if "random" in sys.modules:  # its shared generator was seeded when it was imported
            sys.modules["random"].seed()

    def now(self) -> int:
        """Read the clock, in nanoseconds."""
        self.clock += TICK_OF_CLOCK
        return self.clock

    def sleep(self, seconds: float) -> None:
        """Sleeping moves the guest's clock and costs nobody time."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.clock += int(min(seconds * 1e9, LONGEST_SLEEP))

    def bytes(self, size: int, flags: int = 0) -> bytes:
        """Return random bytes that follow from the seed."""
        if size < 0:
            raise ValueError("negative argument not allowed")
        return self.random.getrandbits(8 * size).to_bytes(size, "little")


PlainRandom = _random.Random
world = World()


class PinnedRandom(PlainRandom):
    """A generator that, left to itself, follows from the life's seed."""

    def __new__(cls, *args: Any, **kwargs: Any) -> PinnedRandom:
        """Make one that is seeded right away."""
        self = super().__new__(cls)
        PinnedRandom.seed(self, *args[:1])
        return self

    def seed(self, *args: Any) -> None:
        """Seed it; None asks for what the system would give."""
        if args in ((), (None,)):
            args = (int.from_bytes(world.bytes(32), "little"),)
        super().seed(*args)


def pin() -> None:
    """Replace every function of the standard library that reads a clock or gives random values."""
    _random.Random = PinnedRandom  # type: ignore[misc]
    for name in IN_C:
        sys.modules[name] = None  # type: ignore[assignment]
    changes: dict[str, Callable[..., Any]] = _pinned_dates()
    changes |= {name: lambda: world.now() / 1e9 for name in CLOCKS}
    changes |= {f"{name}_ns": world.now for name in CLOCKS}
    changes["clock_gettime"] = lambda clock: world.now() / 1e9
    changes["clock_gettime_ns"] = lambda clock: world.now()
    changes["sleep"] = world.sleep
    vars(time).update(changes)
    for system in (os, sys.modules["posix"]):
        vars(system).update(urandom=world.bytes, getrandom=world.bytes)
    os.environ.clear()
    os.putenv("TZ", "UTC0")  # a zone that needs no file, so that libc never looks for one
    time.tzset()


def _pinned_dates() -> dict[str, Callable[..., Any]]:
    """Return stand-ins for the functions whose last argument defaults to now."""
    real = {name: getattr(time, name) for name in ("localtime", "gmtime", "ctime")}

    def dated(function: Callable[[float], Any]) -> Callable[..., Any]:
        return lambda seconds=None: function(world.now() / 1e9 if seconds is None else seconds)

    def asctime(moment: Any = None) -> str:
        return real_asctime(time.localtime() if moment is None else moment)

    def strftime(form: str, moment: Any = None) -> str:
        return real_strftime(form, time.localtime() if moment is None else moment)

    real_asctime, real_strftime = time.asctime, time.strftime
    return {
        **{name: dated(function) for name, function in real.items()},
        "asctime": asctime,
        "strftime": strftime,
    }


def load(tree: str) -> Entry:
    """Pin the world, and import what the guest carries.

    Args:
        tree: A folder as `sandbox.native.tree` lays it out.
    """
    pin()
    with open(os.path.join(tree, "guest.json"), encoding="utf-8") as file:
        guest = json.load(file)
    sys.path.insert(0, os.path.join(tree, "lib"))
    for name in guest["preload"]:
        import_module(name)
    module, function = guest["entry"].split(":")
    entry: Entry = getattr(import_module(module), function)
    return entry


def seal() -> None:
    """Close the door to any module that is not loaded yet: there are no files from here on."""
    world.mapped = _mapped()
    sys.argv[:] = sys.orig_argv[:] = [""]
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]
    sys.path.clear()
    sys.path_importer_cache.clear()


def bound(memory_mb: int) -> None:
    """Have the kernel refuse memory beyond the limit, which Python tells as a `MemoryError`.

    Beside its data, a process maps what it shares with others: code, and memory that it could
    make for sharing. The second limit bounds that, above what is mapped already.
    """
    _lower(resource.RLIMIT_DATA, memory_mb << 20)
    _lower(resource.RLIMIT_AS, (memory_mb << 20) + world.mapped)
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))


def _mapped() -> int:
    """Return the size of this process's address space, in bytes."""
    with open("/proc/self/statm", encoding="utf-8") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def serve(entry: Entry, inbox: int, outbox: int) -> NoReturn:
    """Live one life: read how it begins, run it, say what it returned.

    Args:
        entry: What `load` returned.
        inbox: Descriptor that the host's frames arrive at: four bytes of length, then JSON.
        outbox: Descriptor for ours: one byte of kind, four of length, then text in UTF-8.
    """

    def host(message: str) -> str:
        say(MESSAGE, message)
        frame = listen()
        world.clock = max(world.clock, int(frame["now"] * 1e9))
        reply: str = frame["reply"]
        return reply

    def say(kind: bytes, text: str) -> None:
        words = str.encode(text)
        frame = memoryview(kind + len(words).to_bytes(4, "big") + words)
        while frame:
            frame = frame[os.write(outbox, frame) :]

    def listen() -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(read(int.from_bytes(read(4), "big")))
        return frame

    def read(size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = os.read(inbox, min(size - len(parts), 1 << 20))
            if not part:
                os._exit(0)  # the host is gone
            parts += part
        return bytes(parts)

    try:
        start = listen()
        world.begin(start["seed"], start["now"])
        say(RETURNED, entry(start["argument"], host))
    except BaseException:  # whatever it is: how it ended is for the host to see
        os._exit(1)
    os._exit(0)


def hide_stdio() -> tuple[int, int]:
    """Move the host's channel away from standard input and output, which lead nowhere then."""
    inbox, outbox = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return inbox, outbox


def main(tree: str, memory_mb: str) -> NoReturn:
    """Serve a host on standard input and output, after a byte that says that all is loaded."""
    inbox, outbox = hide_stdio()
    entry = load(tree)
    seal()
    bound(int(memory_mb))
    os.write(outbox, READY)
    serve(entry, inbox, outbox)


if __name__ == "__main__":
    main(*sys.argv[1:])
