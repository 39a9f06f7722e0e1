"""Names of walls, as people and settings give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autoagent.organism import guest
from sandbox.session import Sandbox

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallOptions:
    """How to build a wall; each concerns one kind.

    Attributes:
        image: For ``docker``: the base image to build from, instead of one made of the
            running interpreter.
        runtime: For ``docker``: the engine's runtime, such as ``runsc``.
        unsafe: For ``process``: go on with what this machine has, though layers are missing.
    """

    image: str | None = None
    runtime: str | None = None
    unsafe: bool = False


Opener = Callable[[WallOptions, Progress], Sandbox]


def _wasm(options: WallOptions, progress: Progress) -> Sandbox:
    from sandbox.wasm import WasmSandbox

    return WasmSandbox(guest(), progress=progress)


def _docker(options: WallOptions, progress: Progress) -> Sandbox:
    from sandbox.docker import DockerSandbox

    return DockerSandbox(guest(), image=options.image, runtime=options.runtime, progress=progress)


def _process(options: WallOptions, progress: Progress) -> Sandbox:
    from sandbox.process import ProcessSandbox

    return ProcessSandbox(guest(), unsafe=options.unsafe, progress=progress)


WALLS: dict[str, Opener] = {"wasm": _wasm, "docker": _docker, "process": _process}


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
        ValueError: The name is unknown.
        SandboxError: The wall cannot be opened on this machine.
    """
    if name not in WALLS:
        raise ValueError(f"unknown wall {name!r}; known: {', '.join(WALLS)}")
    return WALLS[name](options or WallOptions(), progress)
