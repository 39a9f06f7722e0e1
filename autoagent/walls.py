"""Walls by name, as people and settings give it; installed packages may add others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.organism import guest
from sandbox.extensions import Extensions
from sandbox.session import Guest, Sandbox

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallOptions:
    """How to build a wall; each concerns one kind.

    Attributes:
        image: For ``docker``: the base image to build from, instead of one made of the
            running interpreter.
        runtime: For ``docker``: the engine's runtime, such as ``runsc``.
        unsafe: For ``process``: go on with what this machine has, though layers are missing.
        share_workers: For ``wasm``: have lives share processes, which takes less memory; what
            ends one of these, ends all lives in it.
    """

    image: str | None = None
    runtime: str | None = None
    unsafe: bool = False
    share_workers: bool = False

    def recorded(self) -> dict[str, Any]:
        """Return what a run has to say of its wall: what a life could tell a difference of."""
        told = asdict(self)
        del told["share_workers"]
        return told


Opener = Callable[[Guest, WallOptions, Progress], Sandbox]
"""Makes a wall around a guest, and tells a line before each slow stage of a first build.

The wall's `name` is the name that it is found by. What cannot stand on this machine raises a
`SandboxError`.
"""

WALLS = Extensions[Opener]("autoagent.walls", "wall")
"""What opens walls, by name: those of installed packages, ours among them."""


def wasm(guest: Guest, options: WallOptions, progress: Progress) -> Sandbox:
    """Return the WebAssembly wall."""
    from sandbox.wasm import SHARING, WasmSandbox

    lives = SHARING if options.share_workers else 1
    return WasmSandbox(guest, lives_per_worker=lives, progress=progress)


def docker(guest: Guest, options: WallOptions, progress: Progress) -> Sandbox:
    """Return the wall of containers."""
    from sandbox.docker import DockerSandbox

    return DockerSandbox(guest, image=options.image, runtime=options.runtime, progress=progress)


def process(guest: Guest, options: WallOptions, progress: Progress) -> Sandbox:
    """Return the wall of jailed processes."""
    from sandbox.process import ProcessSandbox

    return ProcessSandbox(guest, unsafe=options.unsafe, progress=progress)


def open_wall(
    name: str,
    progress: Progress = lambda line: None,
    options: WallOptions | None = None,
) -> Sandbox:
    """Open a wall for organisms to live behind.

    Args:
        name: One of `WALLS`.
        progress: Told a line before each slow stage of a first build.
        options: How to build it.

    Raises:
        ExtensionError: The name is unknown, or what it names is broken; the message says which.
        SandboxError: The wall cannot be opened on this machine.
    """
    return WALLS[name](guest(), options or WallOptions(), progress)
