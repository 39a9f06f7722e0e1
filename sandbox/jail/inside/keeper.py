"""The keeper of a zygote: learns how lives end, and takes all along when the host is gone.

It is the first process in the namespace of process ids, so the kernel ends every other one there
when it exits. It hears of a life from the life itself, before that is a stranger's, and has
nothing to do with any guest.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn


def keep(mould: int, queue: int, hears: int) -> NoReturn:
    """Tell the host of each life how it ended, until the host or the mould is gone.

    Args:
        mould: Process id of the mould.
        queue: The descriptor whose other end the host holds open while it lives.
        hears: Brings process ids of lives, each with the pipe for its exit status.
    """
    for standard in (0, 2):
        os.dup2(1, standard)  # the pipes there are the mould's, and end with it
    registry = socket.socket(fileno=hears)
    registry.setblocking(False)
    ended, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    watch = select.poll()
    watch.register(queue, 0)
    watch.register(ended, select.POLLIN)
    watch.register(registry, select.POLLIN)
    pipes: dict[int, int] = {}
    statuses: dict[int, int] = {}
    while True:
        happened = dict(watch.poll())
        if queue in happened:
            os._exit(0)
        with suppress(BlockingIOError):
            os.read(ended, 1 << 10)
        # In this order, since a life registers before it can end.
        statuses.update(_ended())
        pipes.update(_registered(registry))
        if mould in statuses:
            os._exit(0)
        for life in statuses.keys() & pipes.keys():
            with suppress(OSError):  # the host no longer wants to know
                os.write(pipes[life], statuses[life].to_bytes(4, "big"))
            os.close(pipes.pop(life))
        statuses.clear()  # of whoever died before it was a life


def _ended() -> Iterator[tuple[int, int]]:
    """Reap children, and yield how they ended."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _registered(registry: socket.socket) -> Iterator[tuple[int, int]]:
    """Read which lives there are, and the pipes to tell of their ends."""
    with suppress(BlockingIOError):
        while True:
            words, pipes, _, _ = socket.recv_fds(registry, 4, 1)
            yield int.from_bytes(words, "big"), pipes[0]
