"""Lay a guest out as files for a real interpreter: once, in the user's cache.

A tree holds ``lib`` (what the guest carries), ``guest.json`` (what to import of it) and
``guest_runtime.py`` (what runs it). Its identity is a hash of these, the same on every machine.
"""

from __future__ import annotations

import compileall
import json
import py_compile
import shutil
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sandbox.cache import Cache, Entry, content_key, digest, user_cache
from sandbox.packing import unpack
from sandbox.session import Guest

RUNTIME = Path(__file__).with_name("guest_runtime.py")
SOURCES = ("*.py", "*.json")
"""What a tree is known by; the rest is made of these, by this interpreter."""


def lay_out(guest: Guest) -> Entry:
    """Return the files for `guest`, writing them when the cache has none.

    Raises:
        SandboxError: They cannot be written; the message says why.
    """
    cache = Cache(user_cache("native"), needs_mb=5)
    return cache.get_or_build(_key(guest), partial(_write, guest))


def _key(guest: Guest) -> str:
    parts = [
        dict(guest.modules), guest.entry, guest.preload, [version(p) for p in guest.packages],
        RUNTIME.read_text(encoding="utf-8"), sys.version,
    ]  # fmt: skip
    return content_key(json.dumps(parts, sort_keys=True))


def _write(guest: Guest, folder: Path) -> str:
    unpack(guest, folder / "lib")
    shutil.copy(RUNTIME, folder)
    words = {"entry": guest.entry, "preload": guest.preload}
    (folder / "guest.json").write_text(json.dumps(words))
    # Compiled now and never checked again: every start finds the same, and writes nothing.
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder, quiet=2, invalidation_mode=unchecked)
    return digest(folder, *SOURCES)
