"""Walls for tests: how they are opened, and what it means that one does not stand here.

Where a machine lacks what a wall is made of, tests of that wall are skipped; but not where
``AUTOAGENT_WALLS`` names it (as ``wasm,process,docker``): there a wall that does not stand is a
failure. The ``wasm`` wall stands anywhere.
"""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from autoagent import walls
from autoagent.walls import WallOptions, open_wall
from sandbox.session import Guest, Sandbox, SandboxError

VARIABLE = "AUTOAGENT_WALLS"
WALLS = ("wasm", "process", "docker")
SHARED = WallOptions(share_workers=True)
"""Lives behind one wall have more to attack where they share workers."""


def must_stand() -> set[str]:
    """Return the names of the walls that must stand on this machine.

    Raises:
        UsageError: The environment names something else.
    """
    named = set(filter(None, os.environ.get(VARIABLE, "").split(",")))
    if unknown := sorted(named - set(WALLS)):
        raise pytest.UsageError(
            f"{VARIABLE} names no wall with {', '.join(unknown)}; known: {', '.join(WALLS)}"
        )
    return {"wasm"} | named


def missing(name: str, why: object) -> NoReturn:
    """Skip the test that asks for this wall, or fail it where the wall must stand."""
    if name in must_stand():
        pytest.fail(f"the {name} wall must stand here, and does not: {why}", pytrace=False)
    pytest.skip(f"no {name} wall: {why}")


@contextmanager
def standing(name: str, guest: Guest | None = None) -> Iterator[Any]:
    """Open a wall around a guest, by default the organism's, and close it again."""
    try:
        wall = open_wall(name, options=SHARED) if guest is None else opened(name, guest)
    except (SandboxError, ImportError) as error:
        missing(name, error)
    try:
        yield wall
    finally:
        wall.close()


def opened(name: str, guest: Guest) -> Sandbox:
    """Open a wall around any guest.

    Raises:
        SandboxError: It cannot stand here.
        ImportError: What it is made of is not installed.
    """
    if name == "wasm":
        from sandbox.wasm import WasmSandbox

        return WasmSandbox(guest, lives_per_worker=3)
    return walls.WALLS[name](guest, WallOptions(), print)


def needed(name: str, module: str) -> Any:
    """Import a module that the tests of a wall cannot do without."""
    try:
        return importlib.import_module(module)
    except (ImportError, RuntimeError) as error:  # libseccomp's package has its own way to say so
        missing(name, error)


@contextmanager
def container_engine() -> Iterator[Any]:
    """Reach the container engine, and let go of it again."""
    needed("docker", "docker")
    from sandbox.docker.engine import connect

    try:
        engine = connect()
    except SandboxError as error:
        missing("docker", error)
    try:
        yield engine
    finally:
        engine.close()
