"""Programs, and what strikes them at a moment that chance chooses."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import psutil

from benchmarks.durability.server import Server

PATIENCE = 5.0
"""Seconds in which the children of a dead program must be dead."""
LONGEST = 300.0
ENDLESS = 124
"""Exit code of a program that had to be killed since it did not end."""
ROOM = 1 << 16
"""Bytes to which files may grow, at most, when the disk is full."""


class Program:
    """A command that runs.

    Args:
        arguments: Of the command.
        clock: Whether its clock jumps.

    Attributes:
        process: Its process.
        said: The lines that it printed.
        told: Those that it said on standard error.
    """

    def __init__(self, arguments: list[str], *, clock: bool = False) -> None:
        module = "benchmarks.durability.jumping" if clock else "autoagent"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.told: list[str] = []
        streams = (self.process.stdout, self.said), (self.process.stderr, self.told)
        self._readers = [threading.Thread(target=_read, args=each) for each in streams]
        for reader in self._readers:
            reader.start()

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def end(self) -> int:
        """Wait for its end, and return its exit code."""
        try:
            self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return ENDLESS
        finally:
            for reader in self._readers:
                reader.join()
        return self.process.returncode


@dataclass
class Strike:
    """What a fault needs to strike.

    Attributes:
        program: What it strikes.
        server: The server that the program asks.
        beside: Returns the arguments of a second program on the same work, if there can be one.
        chance: What chooses.
        seconds: The second programs.
        orphans: How many children outlived the program.
    """

    program: Program
    server: Server
    beside: Callable[[], list[str] | None]
    chance: random.Random
    seconds: list[Program] = field(default_factory=list)
    orphans: int = 0


def killed(strike: Strike) -> None:
    """Kill the program, and see whether its children die as well."""
    process = strike.program.process
    children = psutil.Process(process.pid).children(recursive=True) if strike.program.alive else []
    process.kill()
    process.wait()
    strike.orphans = sum(outlives(child) for child in children)


def disk_full(strike: Strike) -> None:
    """Let no file grow beyond some length from now on."""
    room = strike.chance.randrange(ROOM)
    if strike.program.alive:
        resource.prlimit(strike.program.process.pid, resource.RLIMIT_FSIZE, (room, room))


def server_dies(strike: Strike) -> None:
    """Kill the server; whoever struck brings it back when the program has ended."""
    strike.server.kill()


def two_at_once(strike: Strike) -> None:
    """Have a second program take up the same work while the first, which is at it, is stopped."""
    process = strike.program.process
    while strike.program.alive and not strike.program.said:
        time.sleep(0.01)
    if strike.program.alive:
        process.send_signal(signal.SIGSTOP)
        try:
            if (arguments := strike.beside()) is not None:
                strike.seconds.append(Program(arguments))
                strike.seconds[-1].end()
        finally:
            process.send_signal(signal.SIGCONT)


def clock_jumps(strike: Strike) -> None:
    """Do nothing more: the program was started with a clock that jumps."""


FAULTS: dict[str, Callable[[Strike], None]] = {
    "killed": killed,
    "disk full": disk_full,
    "server dies": server_dies,
    "two at once": two_at_once,
    "clock jumps": clock_jumps,
}


def outlives(child: psutil.Process) -> bool:
    """Tell whether a process goes on though its host is dead; one that nobody reaped does not."""
    deadline = time.monotonic() + PATIENCE
    try:
        while child.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return True
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        pass
    return False


def _read(stream: Iterable[str], lines: list[str]) -> None:
    for line in stream:  # as they come
        lines.append(line)
