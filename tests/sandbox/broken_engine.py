"""A worker's runtime with a broken engine: whoever gives it orders executes what he likes in there.

It loads what the real runtime loads, in the same way, and has at hand what native code makes for
itself. No wall of ours can be told to run it; tests start it in the enclosure of the real one.
"""

from __future__ import annotations

import ctypes
import importlib
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

HAS = {
    each.__name__: each for each in (ctypes, mmap, os, signal, socket, subprocess, sys, threading)
}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
REAL: Any = None


def call(number: int, *arguments: Any) -> int:
    """Make a system call."""
    result: int = LIBC.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def load(folder: str, *what: str) -> Any:
    """Load what the runtime in `folder` loads."""
    global REAL
    sys.path.insert(0, folder)
    REAL = importlib.import_module("runtime")
    "Look up what names hosts, as long as there are files".encode("idna")
    return REAL.load(*what)


def seal() -> None:
    """Close what the real one closes."""
    REAL.seal()


def bound(memory_mb: int) -> None:
    """Be bound as the real one is."""
    REAL.bound(memory_mb)


def serve(loaded: Any, inbox: int, outbox: int) -> None:
    """Evaluate whatever arrives, and tell what came of it."""
    names = HAS | {"call": call, "libc": LIBC, "loaded": loaded}
    while order := REAL.frames.hear_order(inbox):
        try:
            told = f"reached {eval(order['code'], names)!r}"
        except BaseException as error:
            told = f"refused {error!r}"
        REAL.frames.say_word(outbox, REAL.frames.Word(0, REAL.frames.MESSAGE, told))
    os._exit(0)


if __name__ == "__main__":
    everything = load(*sys.argv[1:])
    REAL.frames.say_word(0, REAL.frames.Word(0, REAL.frames.READY))
    serve(everything, 0, 0)
