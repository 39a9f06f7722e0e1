"""A worker process: hosts guests, one thread each, and passes their words on.

On Linux it is a copy of a zygote (see `sandbox.jail.inside.zygote`), which has the engine and the
component loaded; elsewhere the host starts it as a script, without an environment:
``runtime.py SITE COMPILED``, the channel being its standard input. It dies with its host: at the
end of its orders it is gone, whatever its guests are doing.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sandbox.wasm.inside import frames
    from sandbox.wasm.inside.engine import load_component, warm_up
    from sandbox.wasm.inside.instance import TICK_SECONDS, Instance
else:
    sys.path.append(os.path.dirname(__file__))
    import frames
    from engine import load_component, warm_up
    from instance import TICK_SECONDS, Instance

ADDRESSES_FOR_DATA = 64
"""The engine sets aside four gigabytes of addresses for each guest's memory: less than so many
times what a worker may fill for it. More would cost tables of pages, which no limit counts."""
MOST_THREADS = 4096
"""Of all workers of a host together, where the kernel counts them for each user."""

Loaded = tuple[Any, Any]
measured = {"VmData": 0, "VmSize": 0}
"""Bytes that were in use when all was loaded."""


def load(site: str, compiled: str) -> Loaded:
    """Return the engine and the component.

    Args:
        site: The folder that the engine's package is in.
        compiled: The file of the component.
    """
    sys.path.insert(0, site)
    return load_component(compiled)


def seal() -> None:
    """Close the door to any module that is not loaded yet: there are no files from here on."""
    sys.path.clear()
    sys.path_importer_cache.clear()
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in measured:
                measured[name] = int(value.split()[0]) << 10


def bound(memory_mb: int) -> None:
    """Have the kernel refuse memory beyond the limit, and threads without end."""
    room = memory_mb << 20
    for limit, value in (
        (resource.RLIMIT_DATA, measured["VmData"] + room),
        (resource.RLIMIT_AS, measured["VmSize"] + ADDRESSES_FOR_DATA * room),
        (resource.RLIMIT_NPROC, MOST_THREADS),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def serve(loaded: Loaded, inbox: int, outbox: int) -> NoReturn:
    """Serve the host until it is gone."""
    Worker(loaded, outbox).serve(inbox)
    os._exit(0)  # guests may still be computing; nothing of theirs is worth waiting for


class Worker:
    """All guests of this process.

    Args:
        loaded: What `load` returned.
        outbox: The descriptor to say words to the host on.
    """

    def __init__(self, loaded: Loaded, outbox: int) -> None:
        self.engine, self.component = loaded
        self.outbox = outbox
        self.lives: dict[int, Instance] = {}
        self.lock = threading.Lock()
        self.running = 0
        self.epoch = 0
        self.busy = threading.Event()

    def serve(self, inbox: int) -> None:
        """Do what the host orders, until it is gone."""
        threading.Thread(target=self.tick, daemon=True).start()
        while (order := frames.hear_order(inbox)) is not None:
            if order["op"] == "start":
                self.start(Instance(self, order))
            elif order["op"] == "warm up":
                with suppress(Exception):  # what is wrong, the first guest will be told
                    warm_up(self.engine, self.component)
            elif life := self.lives.get(order["life"]):
                life.replies.put(order)

    def start(self, instance: Instance) -> None:
        """Give a guest its thread."""
        self.lives[instance.life] = instance
        try:
            threading.Thread(target=instance.run, daemon=True).start()
        except RuntimeError as error:  # there can be no more threads
            self.gone(frames.Word(instance.life, "worker", str(error)))

    def say(self, word: frames.Word) -> None:
        """Tell the host."""
        with self.lock:
            frames.say_word(self.outbox, word)

    def gone(self, word: frames.Word) -> None:
        """Forget a guest, and tell the host how it ended."""
        self.lives.pop(word.life, None)
        self.say(word)

    def computing(self, change: int) -> None:
        """Count those who compute."""
        with self.lock:
            self.running += change
            (self.busy.set if self.running else self.busy.clear)()

    def tick(self) -> None:
        """Move the engine's epoch while anybody computes; deadlines count in its ticks."""
        while True:
            self.busy.wait()
            started = time.monotonic()
            time.sleep(TICK_SECONDS)
            # On a busy machine a sleep takes longer than asked; time is what counts.
            for _ in range(round((time.monotonic() - started) / TICK_SECONDS)):
                self.engine.increment_epoch()
                self.epoch += 1


def main(site: str, compiled: str) -> NoReturn:
    """Load all, say so, and serve a host on standard input."""
    channel = 0
    try:
        loaded = load(site, compiled)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:2000]
        frames.say_word(channel, frames.Word(0, frames.FAILURE, words))
        os._exit(1)
    frames.say_word(channel, frames.Word(0, frames.READY))
    serve(loaded, channel, channel)


if __name__ == "__main__":
    main(*sys.argv[1:])
