"""Names of walls, as people and settings give them."""

from __future__ import annotations

from collections.abc import Callable

from autoagent.organism import guest
from sandbox.session import Sandbox

Progress = Callable[[str], None]


def _wasm(progress: Progress) -> Sandbox:
    from sandbox.wasm import WasmSandbox

    return WasmSandbox(guest(), progress=progress)


WALLS: dict[str, Callable[[Progress], Sandbox]] = {"wasm": _wasm}


def open_wall(name: str, progress: Progress = lambda line: None) -> Sandbox:
    """Open a wall for organisms to live behind.

    Args:
        name: One of `WALLS`.
        progress: Told a line before each slow stage of a first build.

    Raises:
        ValueError: The name is unknown.
        SandboxError: The wall cannot be opened on this machine.
    """
    if name not in WALLS:
        raise ValueError(f"unknown wall {name!r}; known: {', '.join(WALLS)}")
    return WALLS[name](progress)
