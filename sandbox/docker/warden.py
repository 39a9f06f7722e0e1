"""The first process of a container: starts the guest, and ends with it or with the host.

Usage: ``python3 -I -S warden.py ARGUMENT...``, the arguments that make an interpreter the guest.

When this process exits, the kernel ends every other one in the container, whatever they do. So
nothing outlives a killed host: the engine closes our input, and that is the end. The guest gets
the host's words over a pipe of its own, since who holds a pipe can also keep it open. Nor can the
guest reach this process, which runs as the same user: it is not dumpable, and the kernel keeps
signals from inside away from the first process.

The host reads on our standard error how the guest ended: ``memory``, or its exit status.
"""

import ctypes
import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

MEMORY = "memory"
PR_SET_DUMPABLE = 4
CHECK_MS = 500
COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")
"""Where the kernel counts whom it killed for want of memory, in both kinds of control groups."""

ending = threading.Lock()


def main(arguments: list[str]) -> None:
    """Run the guest until it ends, or the host is gone, or memory is."""
    set_dumpable(False)
    inbox, into_guest = os.pipe()
    guest = os.fork()
    if not guest:
        become(arguments, inbox)
    os.close(inbox)
    for duty in (watch, partial(relay, into_guest), partial(mourn, guest)):
        threading.Thread(target=end_with, args=(duty,)).start()


def end_with(duty: Callable[[], str]) -> NoReturn:
    """Do a duty, and then end all with its verdict; even if the guest takes our limits away."""
    try:
        verdict = duty()
        ending.acquire()
        os.write(2, verdict.encode())
    finally:
        os._exit(0)


def mourn(guest: int) -> str:
    """Wait for the guest's end, and return its exit status."""
    status = os.waitstatus_to_exitcode(os.waitpid(guest, 0)[1])
    return MEMORY if oom_kills() else str(status)


def relay(into_guest: int) -> str:
    """Carry the host's words to the guest, until there are no more."""
    with suppress(BrokenPipeError):
        while words := os.read(0, 1 << 16):
            while words:
                words = words[os.write(into_guest, words) :]
        return ""
    return watch()  # the guest no longer listens: how it ends is its own affair


def watch() -> str:
    """Wait until the host is gone, even if the guest does not listen, or memory ran out.

    Whom the kernel killed then is chance: it may be a child of the guest. So the life ends.
    """
    host = select.poll()
    host.register(0, 0)
    while not host.poll(CHECK_MS):
        if oom_kills():
            return MEMORY
    return ""


def become(arguments: list[str], inbox: int) -> NoReturn:
    """Turn this fresh process into the guest."""
    os.dup2(inbox, 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    set_dumpable(True)
    with suppress(OSError):  # where memory ends, the guest shall go and not the warden
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.execve(sys.executable, [sys.executable, *arguments], {"PYTHONHASHSEED": "0"})


def set_dumpable(yes: bool) -> None:
    """Let processes of the same user look into this one, or not."""
    if ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, int(yes), 0, 0, 0) != 0:
        raise OSError("the warden cannot protect itself")


def oom_kills() -> int:
    """Return how many processes in here the kernel killed for want of memory."""
    for counter in map(Path, COUNTERS):
        if counter.exists():
            counts = dict(line.split() for line in counter.read_text().splitlines())
            return int(counts.get("oom_kill", 0))
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
