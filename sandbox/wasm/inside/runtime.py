"""A worker process: hosts guests, one thread each, and passes their words on.

On Linux it is a copy of a zygote (see `sandbox.jail.inside.zygote`), which has the engine and the
component loaded; elsewhere the host starts it as a script, without an environment:
``runtime.py COMPILED``, the channel being its standard input. It dies with its host: at the
end of its orders it is gone, whatever its guests are doing.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sandbox.wasm.inside import frames
    from sandbox.wasm.inside.byte_lists import lay_out_bytes_at_once
    from sandbox.wasm.inside.confined import bound, seal
    from sandbox.wasm.inside.engine import load_component
    from sandbox.wasm.inside.instance import TICK_SECONDS, Instance
else:
    sys.path.append(os.path.dirname(__file__))
    import frames
    from byte_lists import lay_out_bytes_at_once
    from confined import bound, seal
    from engine import load_component
    from instance import TICK_SECONDS, Instance

__all__ = ["bound", "load", "seal", "serve"]

Loaded = tuple[Any, Any]


def load(compiled: str) -> Loaded:
    """Return the engine and the component in the file `compiled`."""
    lay_out_bytes_at_once()
    return load_component(compiled)


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
                    Instance(self, order).rehearse()
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


def main(compiled: str) -> NoReturn:
    """Load all, say so, and serve a host on standard input."""
    channel = 0
    try:
        loaded = load(compiled)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:2000]
        frames.say_word(channel, frames.Word(0, frames.FAILURE, words))
        os._exit(1)
    frames.say_word(channel, frames.Word(0, frames.READY))
    serve(loaded, channel, channel)


if __name__ == "__main__":
    main(*sys.argv[1:])
