"""A worker process: compiles WebAssembly modules, and runs them, one after another.

On Linux it is a copy of a zygote (see `sandbox.jail.inside.zygote`); elsewhere the host starts it
as a script with no environment, the channel being its standard input. It dies with its host: when
the channel is gone, so is the worker.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from wasmtime import (
    Config,
    Engine,
    Func,
    FuncType,
    Linker,
    Memory,
    Module,
    Store,
    Trap,
    TrapCode,
    ValType,
    WasmtimeError,
    _bindings,
)  # fmt: skip

CONFINED = "../../wasm/inside"

if TYPE_CHECKING:
    from sandbox.programs.inside import bounds, frames, wasi
    from sandbox.wasm.inside.confined import bound, seal
else:
    sys.path += [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), CONFINED)]
    import bounds
    import frames
    import wasi
    from confined import bound, seal

__all__ = ["bound", "load", "seal", "serve"]

TICK_SECONDS = 0.02
MOST_TABLE_ELEMENTS = 1 << 16
STOPPED = {
    TrapCode.OUT_OF_FUEL: ("fuel", "the CPU budget is used up"),
    TrapCode.INTERRUPT: ("hang", "no end within the time limit"),
}

Engines = dict[bool, Engine]
"""The one that compiles with care, and the quick one, by whether it is quick."""
ALLOCATION, SINGLE_PASS = "wasmtime_config_cranelift_regalloc_algorithm_set", 1
"""How registers are allocated in one pass; wasmtime's C interface has it, its Python one not."""
NO_MEMORY = f"(os error {errno.ENOMEM})"
"""How the engine says that the system gave it no memory."""

KNOWN = {(wasi.MODULE, name) for name in wasi.SIGNATURES}


def load() -> Engines:
    """Return both engines; they copy what memories begin with, since they have no files to map.

    They do not optimise: to compile a module takes longer than most programs run, clang has
    optimised them already, and fuel is counted as it was. The quick one compiles in half the time
    what then takes about twice the time, and more of the stack.
    """
    return {quick: _engine(quick) for quick in (False, True)}


def _engine(quick: bool) -> Engine:
    config = Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    config.memory_init_cow = False
    config.cranelift_opt_level = "none"
    allocate = getattr(_bindings, ALLOCATION, None)
    if quick and allocate is not None:  # else both are the same
        allocate(config.ptr(), SINGLE_PASS)
    return Engine(config)


def serve(engines: Engines, inbox: int, outbox: int) -> NoReturn:
    """Serve the host until it is gone."""
    Worker(engines, inbox, outbox).serve()
    os._exit(0)


class Worker:
    """The engines, and the one program that runs in one of them now.

    Args:
        engines: The engines.
        inbox: The descriptor to hear the host on.
        outbox: The descriptor to answer on.
    """

    def __init__(self, engines: Engines, inbox: int, outbox: int) -> None:
        self.engines = engines
        self.world: wasi.World | None = None
        self.computing = threading.Event()
        self.linkers = {quick: self._linker(engine) for quick, engine in engines.items()}
        self.inbox = inbox
        self.reads = io.BufferedReader(io.FileIO(inbox, closefd=False))
        self.writes = io.BufferedWriter(io.FileIO(outbox, "w", closefd=False))
        threading.Thread(target=self._tick, daemon=True).start()

    def serve(self) -> None:
        """Do what the host asks for, until it is gone."""
        while (frame := frames.read(self.reads)) is not None:
            header, (module, *inputs) = frame
            self.computing.set()
            quick = bool(header.pop("quick"))
            if header.pop("op") == "compile":
                bounds.hold(header["memory"], header["cpu"])
                self._compile(module, quick)
            else:
                self._run(module, inputs, header, quick)
            self.computing.clear()

    def _compile(self, module: bytes, quick: bool) -> None:
        try:
            compiled = bytes(Module(self.engines[quick], module).serialize())
        except WasmtimeError as error:
            frames.write(self.writes, {"error": str(error)[:1000]}, b"")
        else:
            frames.write(self.writes, {"error": ""}, compiled)

    def _run(
        self, compiled: bytes, inputs: list[bytes], limits: dict[str, int], quick: bool
    ) -> None:
        engine = self.engines[quick]
        module = Module.deserialize(engine, compiled)
        linker = self._linker_for(module, quick)
        for stdin in inputs:
            store = Store(engine)
            world = self.world = wasi.World(store, stdin, limits["output_bytes"])
            status, detail = self._live(store, linker, module, world, limits)
            ended = {"status": status, "detail": detail, "fuel": limits["fuel"] - store.get_fuel()}
            store.close()
            frames.write(self.writes, ended, *(bytes(each) for each in world.written.values()))
        module.close()

    def _live(
        self, store: Any, linker: Any, module: Any, world: wasi.World, limits: dict[str, int]
    ) -> tuple[str, str]:
        store.set_fuel(limits["fuel"])
        store.set_epoch_deadline(limits["ticks"])
        store.set_limits(limits["memory"], MOST_TABLE_ELEMENTS, instances=1, tables=4, memories=1)
        try:
            exports = linker.instantiate(store, module).exports(store)
            start, world.memory = exports["_start"], exports["memory"]
            if not isinstance(start, Func) or not isinstance(world.memory, Memory):
                return "trap", "the module is not a program"
            start(store)
        except wasi.Stop as stop:
            return stop.status, stop.detail
        except Trap as trap:
            return STOPPED.get(trap.trap_code) or ("trap", _last_line(trap))
        except (WasmtimeError, KeyError) as error:
            line = _last_line(error)
            if NO_MEMORY in line:
                return "worker", f"the host has no memory left for it ({line})"
            return "memory" if "memory limits" in line else "trap", line
        return "ok", ""

    def _linker_for(self, module: Any, quick: bool) -> Any:
        """Return the common world, or one of its own for a module that wants more: traps."""
        if all((each.module, each.name) in KNOWN for each in module.imports):
            return self.linkers[quick]
        linker = self._linker(self.engines[quick])
        linker.define_unknown_imports_as_traps(module)
        return linker

    def _linker(self, engine: Engine) -> Any:
        linker = Linker(engine)
        kinds = {"i": ValType.i32(), "I": ValType.i64()}
        for name, taken in wasi.SIGNATURES.items():
            results = [] if name == "proc_exit" else [kinds["i"]]
            kind = FuncType([kinds[each] for each in taken], results)
            linker.define_func(wasi.MODULE, name, kind, partial(self._call, name))
        return linker

    def _call(self, name: str, *arguments: int) -> int:
        assert self.world is not None
        return self.world.call(name, *arguments)

    def _tick(self) -> None:
        """Move the engine's epoch while a program runs, and see whether the host is there."""
        watch = select.poll()
        watch.register(self.inbox, 0)
        while True:
            self.computing.wait()
            if watch.poll(TICK_SECONDS * 1000):
                os._exit(0)
            for engine in self.engines.values():
                engine.increment_epoch()


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].strip().removeprefix("wasm trap: ")[:500]


if __name__ == "__main__":
    serve(load(), 0, 0)
