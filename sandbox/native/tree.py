"""Lay a guest out as files for a real interpreter: once, in the user's cache.

A tree holds ``lib`` (what the guest carries), ``guest.json`` (what to import of it) and
``guest_runtime.py`` (what runs it). Its name is a hash of all that shapes it, it is moved into
place whole, and it is compared with its own digest before use.
"""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import py_compile
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import platformdirs
from filelock import FileLock

from sandbox.packing import KEPT_SECONDS, disk_advice, unpack
from sandbox.session import Guest, SandboxError

RUNTIME = Path(__file__).with_name("guest_runtime.py")
MANIFEST = "manifest"
SOURCES = ("*.py", "*.json")
"""What a tree's digest covers; the rest is made of these, by this interpreter."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A guest's files, and a content hash of them that is the same on every machine."""

    folder: Path
    digest: str


def lay_out(guest: Guest) -> Tree:
    """Return the files for `guest`, writing them when the cache has none.

    Raises:
        SandboxError: They cannot be written; the message says why.
    """
    cache = platformdirs.user_cache_path("autoagent") / "native"
    key = _key(guest)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{key}.lock"):
            return _intact(cache / key) or _build(guest, cache, key)
    except OSError as error:
        raise SandboxError(disk_advice(error, cache, megabytes=5)) from error


def _key(guest: Guest) -> str:
    parts = [
        dict(guest.modules), guest.entry, guest.preload, [version(p) for p in guest.packages],
        RUNTIME.read_text(encoding="utf-8"), sys.version,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def _intact(folder: Path) -> Tree | None:
    manifest = folder / MANIFEST
    try:
        if manifest.read_text() == _digest(folder, "*"):
            manifest.touch()  # in use: not to be swept
            return Tree(folder, _digest(folder, *SOURCES))
    except OSError:
        pass
    return None


def _build(guest: Guest, cache: Path, key: str) -> Tree:
    _sweep(cache)
    folder = cache / key
    with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as scratch:
        made = Path(scratch) / "tree"
        unpack(guest, made / "lib")
        shutil.copy(RUNTIME, made)
        words = {"entry": guest.entry, "preload": guest.preload}
        (made / "guest.json").write_text(json.dumps(words))
        # Compiled now and never checked again: every start finds the same, and writes nothing.
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(made, quiet=2, invalidation_mode=unchecked)
        (made / MANIFEST).write_text(_digest(made, "*"))
        shutil.rmtree(folder, ignore_errors=True)  # one that is not intact
        os.replace(made, folder)
    return Tree(folder, _digest(folder, *SOURCES))


def _sweep(cache: Path) -> None:
    """Remove what nobody has used for a month, and what a killed build left behind."""
    long_ago = time.time() - KEPT_SECONDS
    manifests = {file.parent: file for file in cache.glob(f"*/{MANIFEST}")}
    for folder in (each for each in cache.iterdir() if each.is_dir()):
        if manifests.get(folder, folder).stat().st_mtime < long_ago:
            shutil.rmtree(folder, ignore_errors=True)


def _digest(folder: Path, *patterns: str) -> str:
    """Hash names and contents of files."""
    total = hashlib.sha256()
    found = {file for pattern in patterns for file in folder.rglob(pattern) if file.is_file()}
    for file in sorted(found - {folder / MANIFEST}):
        words = file.read_bytes()
        total.update(f"{file.relative_to(folder)}\0{len(words)}\0".encode() + words)
    return total.hexdigest()
