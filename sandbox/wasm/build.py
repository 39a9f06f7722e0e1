"""Build the guest component once, compile it once, keep both in the user's cache.

The cache key covers the guest's sources and every version that shapes the result, so a change
of any of them builds anew and old entries are simply no longer looked at. Two processes that
need the same entry wait for each other on a lock file; an entry is moved into place whole and
carries its own digest, so half a write or a flipped bit is noticed and built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import platformdirs
from filelock import FileLock

from sandbox.packing import KEPT_SECONDS, disk_advice, unpack
from sandbox.session import Guest, SandboxError
from sandbox.wasm import component_worker as worker

WIT = """package autoagent:guest;
world guest {
  import host: func(message: string) -> string;
  export run: func(argument: string) -> string;
}
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

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Build:
    """A guest ready to run: the compiled artefact and the hash of the component it came from."""

    compiled: Path
    digest: str

    def discard(self) -> None:
        """Take the build out of the cache: this machine cannot load it."""
        self.compiled.with_suffix(".json").unlink(missing_ok=True)


def cached_build(guest: Guest, progress: Progress = lambda line: None) -> Build:
    """Return the compiled component for `guest`, building it when the cache has none.

    Args:
        guest: What to carry inside.
        progress: Told a line before each slow stage.

    Raises:
        SandboxError: The component cannot be built or written; the message says why.
    """
    folder = platformdirs.user_cache_path("autoagent") / "guest"
    key = _key(guest)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{key}.lock"):
            return _intact(folder, key) or _build(guest, folder, key, progress)
    except OSError as error:
        raise SandboxError(disk_advice(error, folder, megabytes=150)) from error


def _key(guest: Guest) -> str:
    versions = [version(name) for name in ("componentize-py", "wasmtime", *guest.packages)]
    parts = [
        dict(guest.modules), guest.entry, guest.preload, WIT, APP, versions,
        platform.system(), platform.machine(), worker.ENGINE_SETTINGS,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def _intact(folder: Path, key: str) -> Build | None:
    try:
        manifest = json.loads((folder / f"{key}.json").read_text())
        compiled = folder / f"{key}.cwasm"
        if _digest(compiled) == manifest["compiled"]:
            compiled.with_suffix(".json").touch()  # in use: not to be swept
            return Build(compiled, manifest["component"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def _build(guest: Guest, folder: Path, key: str, progress: Progress) -> Build:
    _sweep(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix="building-") as scratch:
        progress("building the sandbox guest (once, about 10 s)")
        component = _componentize(guest, Path(scratch))
        progress("compiling the sandbox guest (once, about 10 s)")
        compiled = Path(scratch) / "guest.cwasm"
        compiled.write_bytes(worker.compile_component(component))
        manifest = {"component": _digest(component), "compiled": _digest(compiled)}
        (Path(scratch) / "manifest").write_text(json.dumps(manifest))
        # The manifest moves last: an entry without it, or one that it does not fit, is no entry.
        os.replace(compiled, folder / f"{key}.cwasm")
        os.replace(Path(scratch) / "manifest", folder / f"{key}.json")
    return Build(folder / f"{key}.cwasm", manifest["component"])


def _sweep(folder: Path) -> None:
    """Remove builds that nobody has used for a month, and what a killed build left behind."""
    long_ago = time.time() - KEPT_SECONDS
    for manifest in folder.glob("*.json"):
        if manifest.stat().st_mtime < long_ago:
            manifest.with_suffix(".cwasm").unlink(missing_ok=True)
            manifest.unlink(missing_ok=True)
    for scratch in folder.glob("building-*"):
        if scratch.stat().st_mtime < long_ago:
            shutil.rmtree(scratch, ignore_errors=True)


def _componentize(guest: Guest, scratch: Path) -> Path:
    sources = scratch / "sources"
    unpack(guest, sources)
    module, function = guest.entry.split(":")
    imports = ", ".join(guest.preload) or "sys"
    (sources / "app.py").write_text(APP.format(imports=imports, module=module, function=function))
    (scratch / "guest.wit").write_text(WIT)
    output = scratch / "guest.wasm"
    command = [
        *(sys.executable, "-P", "-c", "from componentize_py import script; script()", "-q"),
        *("-d", str(scratch / "guest.wit"), "-w", "guest"),
        *("componentize", "app", "-p", str(sources), "-o", str(output)),
    ]
    # Nothing of this process's environment may be frozen into the component.
    environment = {"PATH": os.environ.get("PATH", ""), "TMPDIR": str(scratch)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0 or not output.exists():
        raise SandboxError(f"the sandbox guest cannot be built: {done.stderr.strip()[-2000:]}")
    return output


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
