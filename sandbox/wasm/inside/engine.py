"""The engine: how components are compiled, on the host, and loaded, in a worker."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

SETTINGS = {"consume_fuel": True, "epoch_interruption": True}


NO_MEMORY = f"(os error {errno.ENOMEM})"
"""How the engine says that the system gave it no memory."""
FUEL_OF_A_START = 10**9


def engine() -> Any:
    """Return an engine that counts what guests compute."""
    from wasmtime import Config, Engine

    config = Config()
    for name, value in SETTINGS.items():
        setattr(config, name, value)
    return Engine(config)


def compile_component(component: Path) -> bytes:
    """Compile a component to native code, in the form that `load_component` takes."""
    from wasmtime.component import Component

    return bytes(Component.from_file(engine(), str(component)).serialize())


def load_component(compiled: str) -> tuple[Any, Any]:
    """Return an engine and a component in it, whose code is in memory from here on.

    An instance is made and dropped: whoever is copied from this process shares with it what all
    instances begin with.
    """
    from wasmtime import Store
    from wasmtime.component import Component, Linker

    made = engine()
    component = Component.deserialize_file(made, compiled)
    linker = Linker(made)
    linker.define_unknown_imports_as_traps(component)
    store = Store(made)
    store.set_fuel(FUEL_OF_A_START)
    store.set_epoch_deadline(1)
    linker.instantiate(store, component)
    store.close()
    return made, component
