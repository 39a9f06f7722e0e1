"""A worker process: hosts WebAssembly instances, one thread each, and passes their words on.

The host starts it as a script with no environment and speaks with it in length-prefixed JSON
over its standard input and output. It must import nothing of this project, and dies with its
host: at the end of its input it is gone, whatever its guests are doing.

The guest's imports are all traps but for the few defined in `_world`: the host call, a clock
that only the host moves, random bytes that follow from the seed, and empty answers about
environment and folders. There is no implementation of files, sockets or processes to escape to.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

WASI = "@0.2.9"
TICK_SECONDS = 0.02
TICK_OF_CLOCK = 1_000_000
"""Nanoseconds by which the guest's clock moves at each reading, so that waiting loops end."""
LARGEST_FRAME = 1 << 28
NO_MEMORY = f"(os error {errno.ENOMEM})"
"""How the engine says that the system gave it no memory."""
ENGINE_SETTINGS = {"consume_fuel": True, "epoch_interruption": True}

Frame = dict[str, Any]


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    """Write one message: four bytes of length, then JSON."""
    data = json.dumps(frame).encode()
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """Read one message; None at the end of the stream.

    Raises:
        ValueError: The stream holds something else.
    """
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > LARGEST_FRAME:
        raise ValueError(f"a frame of {length} bytes is longer than any that is sent")
    data = stream.read(length)
    return None if len(data) < length else json.loads(data)


def _engine() -> Any:
    from wasmtime import Config, Engine

    config = Config()
    for name, value in ENGINE_SETTINGS.items():
        setattr(config, name, value)
    return Engine(config)


def compile_component(component: Path) -> bytes:
    """Compile a component to native code, in the form that `main` loads."""
    from wasmtime.component import Component

    return bytes(Component.from_file(_engine(), str(component)).serialize())


class _ClosedError(Exception):
    """The host wants this guest gone."""


class _FloodError(Exception):
    """A message longer than the limit."""


class _Instance:
    """One guest: a store, a thread, and the queue that its replies arrive in."""

    def __init__(self, worker: _Worker, start: Frame) -> None:
        self.worker = worker
        self.life: int = start["life"]
        self.fuel: int = start["fuel"]
        self.ticks = int(start["wall_seconds"] / TICK_SECONDS) + 1
        # JSON may need six characters for one; who limits the words themselves is the host.
        self.longest_message: int = 6 * start["output_bytes"] + (1 << 16)
        self.deadline = 0
        self.memory: int = start["memory_mb"] << 20
        self.argument: str = start["argument"]
        self.random = random.Random(start["seed"])
        self.clock = int(start["now"] * 1e9)
        self.replies: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.store: Any = None

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
            frame = {"end": cause, "detail": detail, "fuel": self.spent()}
            self.store.close()
            self.worker.gone(self.life, frame)
        except BaseException:  # a host that hears nothing would take it for a guest that hangs
            os._exit(1)

    def born(self) -> Callable[..., Any]:
        """Instantiate the guest, and return its entry function."""
        from wasmtime import Store

        self.store = Store(self.worker.engine)
        self.store.set_limits(memory_size=self.memory, instances=64, tables=64, memories=8)
        self.refuel()
        instance = self.linker().instantiate(self.store, self.worker.component)
        function: Callable[..., Any] = instance.get_func(self.store, "run")
        return function

    def live(self, entry: Callable[..., Any]) -> tuple[str, str]:
        """Run the guest to its end, and return how it ended."""
        try:
            return "returned", str(entry(self.store, self.argument))
        except _ClosedError:
            return "closed", ""
        except _FloodError as flood:
            return "output", str(flood)
        except Exception as error:  # whatever the engine raises is the guest's end, not ours
            return _cause_of(error)

    def refuel(self) -> None:
        self.store.set_fuel(self.fuel)
        self.give_time(self.ticks)

    def give_time(self, ticks: int) -> None:
        self.deadline = self.worker.epoch + ticks
        self.store.set_epoch_deadline(ticks)

    def spent(self) -> int:
        return self.fuel - int(self.store.get_fuel())

    def host(self, _caller: object, message: str) -> str:
        """The guest's one door: say a message, wait for the reply."""
        if len(message) > self.longest_message:
            raise _FloodError(f"a message of {len(message)} characters")
        self.worker.computing(-1)
        time_left = max(1, self.deadline - self.worker.epoch)
        self.worker.say({"life": self.life, "message": message, "fuel": self.spent()})
        reply = self.replies.get()
        self.worker.computing(+1)
        if reply["op"] == "close":
            raise _ClosedError
        self.clock = max(self.clock, int(reply["now"] * 1e9))
        if reply["refuel"]:
            self.refuel()
        else:
            self.give_time(time_left)
        return str(reply["reply"])

    def now(self, *_: object) -> int:
        self.clock += TICK_OF_CLOCK
        return self.clock

    def sleep(self, nanoseconds: int) -> None:
        """Sleeping moves the guest's clock and costs nobody time."""
        self.clock += min(nanoseconds, 10**18)

    def linker(self) -> Any:
        """The whole world as the guest sees it."""
        from wasmtime.component import Linker, Record, ResourceHost, ResourceType

        def instant(nanoseconds: int) -> Any:
            record = Record()
            record.seconds, record.nanoseconds = divmod(nanoseconds, 10**9)
            return record

        def subscribe(_caller: object, nanoseconds: int) -> Any:
            self.sleep(nanoseconds)
            return ResourceHost.own(0, 1)

        def ready(caller: Any, pollable: Any) -> None:
            pollable.drop(caller)

        functions: dict[str, dict[str, Callable[..., Any]]] = {
            "wasi:clocks/wall-clock": {
                "now": lambda _: instant(self.now()),
                "resolution": lambda _: instant(1),
            },
            "wasi:clocks/monotonic-clock": {
                "now": self.now,
                "resolution": lambda _: 1,
                "subscribe-duration": subscribe,
                "subscribe-instant": lambda _, t: subscribe(_, max(0, t - self.clock)),
            },
            "wasi:random/random": {
                "get-random-bytes": lambda _, n: self.random.randbytes(min(n, 1 << 20)),
                "get-random-u64": lambda _: self.random.getrandbits(64),
            },
            "wasi:cli/environment": {
                "get-environment": lambda _: [],
                "get-arguments": lambda _: [],
                "initial-cwd": lambda _: None,
            },
            "wasi:filesystem/preopens": {"get-directories": lambda _: []},
        }
        linker = Linker(self.worker.engine)
        with linker.root() as root:
            root.add_func("host", self.host)
            with root.add_instance("wasi:io/poll" + WASI) as poll:
                poll.add_resource("pollable", ResourceType.host(1), lambda _, rep: None)
                poll.add_func("[method]pollable.block", ready)
            for name, members in functions.items():
                with root.add_instance(name + WASI) as interface:
                    for member, function in members.items():
                        interface.add_func(member, function)
        linker.define_unknown_imports_as_traps(self.worker.component)
        return linker


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


class _Worker:
    """All guests of this process, and the pipe to the host."""

    def __init__(self, compiled: Path) -> None:
        self.lives: dict[int, _Instance] = {}
        self.output = os.fdopen(os.dup(1), "wb")
        # Nothing but frames may reach the host's pipe.
        os.dup2(2, 1)
        self.lock = threading.Lock()
        self.engine = _engine()
        self.component = self.load(compiled)
        self.running = 0
        self.epoch = 0
        self.busy = threading.Event()
        threading.Thread(target=self.tick, daemon=True).start()

    def load(self, compiled: Path) -> Any:
        from wasmtime.component import Component

        try:
            return Component.deserialize_file(self.engine, str(compiled))
        except Exception as error:
            self.say({"life": 0, "failure": str(error)[:500]})
            raise

    def say(self, frame: Frame) -> None:
        with self.lock:
            write_frame(self.output, frame)

    def gone(self, life: int, frame: Frame) -> None:
        self.lives.pop(life, None)
        self.say({"life": life, **frame})

    def computing(self, change: int) -> None:
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

    def start(self, instance: _Instance) -> None:
        self.lives[instance.life] = instance
        try:
            threading.Thread(target=instance.run, daemon=True).start()
        except RuntimeError as error:  # there can be no more threads
            self.gone(instance.life, {"end": "worker", "detail": str(error), "fuel": None})

    def serve(self) -> None:
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            if frame["op"] == "start":
                self.start(_Instance(self, frame))
            elif life := self.lives.get(frame["life"]):
                life.replies.put(frame)


def main(compiled: str) -> None:
    """Serve the host until its pipe closes."""
    _Worker(Path(compiled)).serve()
    os._exit(0)  # guests may still be computing; nothing of theirs is worth waiting for


if __name__ == "__main__":
    main(sys.argv[1])
