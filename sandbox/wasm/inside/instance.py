"""One guest: an instance of the component, its thread, and what it may spend."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sandbox.wasm.inside.engine import NO_MEMORY
    from sandbox.wasm.inside.frames import MESSAGE, Order, Word
    from sandbox.wasm.inside.world import World
else:
    sys.path.append(os.path.dirname(__file__))
    from engine import NO_MEMORY
    from frames import MESSAGE, Order, Word
    from world import World

TICK_SECONDS = 0.02


class Worker(Protocol):
    """What a guest needs of the process that it is in."""

    engine: Any
    component: Any
    epoch: int

    def computing(self, change: int) -> None:
        """Count those who compute."""
        ...

    def say(self, word: Word) -> None:
        """Tell the host."""
        ...

    def gone(self, word: Word) -> None:
        """Tell the host that a guest is no more."""
        ...


class Instance:
    """One guest: a store, and the queue that its replies arrive in.

    Args:
        worker: The process that it is in.
        start: How it begins.
    """

    def __init__(self, worker: Worker, start: Order) -> None:
        self.worker = worker
        self.life: int = start["life"]
        self.fuel: int = start["fuel"]
        self.ticks = int(start["wall_seconds"] / TICK_SECONDS) + 1
        # JSON may need six characters for one; who limits the words themselves is the host.
        self.longest_message: int = 6 * start["output_bytes"] + (1 << 16)
        self.deadline = 0
        self.memory: int = start["memory_mb"] << 20
        self.argument: str = start["argument"]
        self.world = World(start["seed"], start["now"], self.host)
        self.replies: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self.store: Any = None
        self._ended: tuple[str, str] | None = None

    def run(self) -> None:
        """Live from instantiation to the end, and tell the host how it ended.

        What goes wrong outside of the guest's own function is no death of it.
        """
        try:
            self.worker.computing(+1)
            try:
                cause, detail = self.live(self.born())
            except Exception as error:
                cause, detail = _cause_of(error)
                cause = "worker" if cause == "trap" else cause
            self.worker.computing(-1)
            if len(detail) > self.longest_message:
                cause, detail = "output", f"last words of {len(detail)} characters"
            word = Word(self.life, cause, detail, self.spent())
            self.store.close()
            self.worker.gone(word)
        except BaseException:  # a host that hears nothing would take it for a guest that hangs
            os._exit(1)

    def rehearse(self) -> None:
        """Be instantiated and dropped: the next one finds in memory what it needs."""
        self.born()
        self.store.close()

    def born(self) -> Callable[..., Any]:
        """Instantiate the guest, and return its entry function."""
        from wasmtime import Store

        self.store = Store(self.worker.engine)
        self.store.set_limits(memory_size=self.memory, instances=64, tables=64, memories=8)
        self.refuel()
        linker = self.world.linker(self.worker.engine, self.worker.component)
        instance = linker.instantiate(self.store, self.worker.component)
        function: Callable[..., Any] = instance.get_func(self.store, "run")
        return function

    def live(self, entry: Callable[..., Any]) -> tuple[str, str]:
        """Run the guest to its end, and return how it ended."""
        try:
            return "returned", str(entry(self.store, self.argument))
        except Exception as error:  # whatever the engine raises is the guest's end, not ours
            return self._ended or _cause_of(error)

    def refuel(self) -> None:
        """Give it all of its fuel and time again."""
        self.store.set_fuel(self.fuel)
        self.give_time(self.ticks)

    def give_time(self, ticks: int) -> None:
        """Let it compute for so many ticks from now on."""
        self.deadline = self.worker.epoch + ticks
        self.store.set_epoch_deadline(ticks)

    def spent(self) -> int:
        """Return the fuel used since it was refuelled."""
        return self.fuel - int(self.store.get_fuel())

    def host(self, _caller: object, message: str) -> str:
        """The guest's one door: say a message, wait for the reply."""
        if len(message) > self.longest_message:
            raise self._ends("output", f"a message of {len(message)} characters")
        self.worker.computing(-1)
        time_left = max(1, self.deadline - self.worker.epoch)
        self.worker.say(Word(self.life, MESSAGE, message, self.spent()))
        reply = self.replies.get()
        self.worker.computing(+1)
        if reply["op"] == "close":
            raise self._ends("closed")
        self.world.move_clock(reply["now"])
        if reply["refuel"]:
            self.refuel()
        else:
            self.give_time(time_left)
        return str(reply["reply"])

    def _ends(self, cause: str, detail: str = "") -> Exception:
        """Return what ends this guest, and remember why.

        Any other exception the engine's package keeps in one place for all threads, and raises in
        the first of them whose guest ends.
        """
        from wasmtime import WasmtimeError

        self._ended = cause, detail
        failure: Exception = WasmtimeError(cause)
        return failure


def _cause_of(error: Exception) -> tuple[str, str]:
    """Tell from the engine's words how a guest ended."""
    words = str(error).strip().splitlines() or [type(error).__name__]
    last = words[-1].strip().removeprefix("wasm trap: ")
    if NO_MEMORY in last or isinstance(error, MemoryError):
        return "worker", f"the host has no memory left for it ({last})"
    if "all fuel consumed" in last:
        return "fuel", "the CPU budget is used up"
    if "exceeds memory limits" in last:
        return "memory", last
    if last == "interrupt":
        return "hang", "no heartbeat within the time limit"
    if "has not been defined" in last:
        return "trap", f"reached for something outside its world ({last})"
    return "trap", last
