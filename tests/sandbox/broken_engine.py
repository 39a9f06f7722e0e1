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
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

HAS = {
    each.__name__: each for each in (ctypes, mmap, os, signal, socket, subprocess, sys, threading)
}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
FRAMES: Any = None
REAL: Any = None


def call(number: int, *arguments: Any) -> int:
    """Make a system call."""
    result: int = LIBC.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def load(frames: str, runtime: str, *what: str) -> Any:
    """Load what the runtime in a file loads, and how orders and words are framed."""
    global FRAMES, REAL
    FRAMES = ModuleType("framing")
    SourceFileLoader("framing", frames).exec_module(FRAMES)
    sys.path.insert(0, os.path.dirname(runtime))
    REAL = importlib.import_module(os.path.basename(runtime).removesuffix(".py"))
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
    while order := FRAMES.hear_order(inbox):
        try:
            told = f"reached {eval(order['code'], names)!r}"
        except BaseException as error:
            told = f"refused {error!r}"
        FRAMES.say_word(outbox, FRAMES.Word(0, FRAMES.MESSAGE, told))
    os._exit(0)


if __name__ == "__main__":
    everything = load(*sys.argv[1:])
    FRAMES.say_word(0, FRAMES.Word(0, FRAMES.READY))
    serve(everything, 0, 0)
