"""Build the guest component once, compile it once, keep it in the user's cache.

The cache key covers the guest's sources and every version that shapes the result, so a change
of any of them builds anew and old entries are simply no longer looked at.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sandbox.cache import Cache, Entry, content_key, user_cache
from sandbox.packing import unpack
from sandbox.session import Guest, SandboxError
from sandbox.wasm.inside import engine

DOOR = "  import host: func(message: string) -> string;\n"
WIT = f"""package autoagent:guest;
world guest {{
{DOOR}  export run: func(argument: string) -> string;
}}
"""

# Everything imported here is frozen into the component's memory image, so a new instance starts
# with its interpreter warm and its modules loaded.
APP = """import wit_world
import {imports}
from {module} import {function} as entry


class WitWorld(wit_world.WitWorld):
    def run(self, argument):
        return entry(argument, wit_world.host)
"""
HOST = ", wit_world.host"

COMPONENTIZE = "from componentize_py import script; script()"
FULL = (errno.ENOSPC, errno.EDQUOT)

COMPILED = "guest.cwasm"
"""The file of a build that workers load."""

Progress = Callable[[str], None]
World = tuple[str, str]
"""What a component imports and exports, and the module in it that does so."""


def cached_build(
    guest: Guest, progress: Progress = lambda line: None, *, speaks: bool = True
) -> Entry:
    """Return the compiled component for `guest`, building it when the cache has none.

    Args:
        guest: What to carry inside.
        progress: Told a line before each slow stage.
        speaks: Whether its world has a host to say messages to.

    Raises:
        SandboxError: The component cannot be built or written; the message says why.
    """
    cache = Cache(user_cache("guest"), needs_mb=150)
    world = (WIT, APP) if speaks else (WIT.replace(DOOR, ""), APP.replace(HOST, ""))
    return cache.get_or_build(_key(guest, world), partial(_build, guest, world, progress))


def _key(guest: Guest, world: World) -> str:
    versions = [version(name) for name in ("componentize-py", "wasmtime", *guest.packages)]
    parts = [
        dict(guest.modules), guest.entry, guest.preload, *world, versions,
        platform.system(), platform.machine(), engine.SETTINGS,
    ]  # fmt: skip
    return content_key(json.dumps(parts, sort_keys=True))


def _build(guest: Guest, world: World, progress: Progress, folder: Path) -> str:
    """Write the compiled component, and return the hash of the component that it came from."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        progress("building the sandbox guest (once, about 10 s)")
        component = _componentize(guest, world, Path(scratch))
        progress("compiling the sandbox guest (once, about 10 s)")
        (folder / COMPILED).write_bytes(engine.compile_component(component))
        with component.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def _componentize(guest: Guest, world: World, scratch: Path) -> Path:
    wit, app = world
    sources = scratch / "sources"
    unpack(guest, sources)
    module, function = guest.entry.split(":")
    imports = ", ".join(guest.preload) or "sys"
    (sources / "app.py").write_text(app.format(imports=imports, module=module, function=function))
    (scratch / "guest.wit").write_text(wit)
    output = scratch / "guest.wasm"
    command = [
        *(sys.executable, "-P", "-c", COMPONENTIZE, "-q"),
        *("-d", str(scratch / "guest.wit"), "-w", "guest"),
        *("componentize", "app", "-p", str(sources), "-o", str(output)),
    ]
    # Nothing of this process's environment may be frozen into the component. Where componentize-py
    # finds a Python on the path, it adds the packages that are installed there, which would hide
    # the guest's own ones of the same name.
    environment = {"PATH": str(scratch), "TMPDIR": str(scratch)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0 or not output.exists():
        for error in FULL:
            if os.strerror(error) in done.stderr:
                raise OSError(error, os.strerror(error))  # the cache knows what to do about it
        raise SandboxError(f"the sandbox guest cannot be built: {done.stderr.strip()[-2000:]}")
    return output
