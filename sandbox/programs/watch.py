"""Follows a run in the jail: reads what it writes, counts what it spends, and ends it in time."""

from __future__ import annotations

import math
import os
import select
import signal
import socket

from sandbox.jail.handle import Handle
from sandbox.limits import Limits
from sandbox.native.meter import Meter, SpentError
from sandbox.programs.program import Run, Status

READ_AT_ONCE = 1 << 16
GONE_SECONDS = 5.0
"""How long a program that is killed may take to be gone."""

Ending = tuple[Status, str]

ENDED: dict[str, Ending] = {
    "fuel": ("fuel", "the CPU budget is used up"),
    "hang": ("hang", "no end within the time limit"),
    "output": ("output", "it wrote more than it may"),
}


class Watch:
    """Follows one run to its end, which may be that it is ended.

    Args:
        control: The socket to its keeper; closing it ends the run.
        outputs: Descriptors to read its standard output and error from.
        limits: What it may spend.
    """

    def __init__(self, control: socket.socket, outputs: list[int], limits: Limits) -> None:
        self._control, self._limits = control, limits
        self._written = {each: bytearray() for each in outputs}
        self._room = limits.output_bytes
        self._process: Handle | None = None
        self._used = 0.0

    def follow(self) -> Run:
        """Return how the run ended, and what it wrote; nothing of it runs any more."""
        meter = Meter(self._limits, self._cpu_seconds)
        meter.start()
        try:
            status, detail = self._verdict(meter)
        except SpentError as spent:
            status, detail = ENDED[spent.end.cause]
        except _FloodError:
            status, detail = ENDED["output"]
        self._end()
        stdout, stderr = (bytes(each) for each in self._written.values())
        return Run(status, stdout, stderr, None, detail)

    def _verdict(self, meter: Meter) -> Ending:
        watch = select.poll()
        for each in (self._control.fileno(), *self._written):
            watch.register(each, select.POLLIN)
        verdict: Ending | None = None
        reading = set(self._written)
        while reading or verdict is None:
            events = watch.poll(math.ceil(meter.patience() * 1000))
            for each, _ in events:
                if each == self._control.fileno():
                    verdict = self._hear()
                    if verdict:
                        watch.unregister(each)
                elif not self._read(each):
                    watch.unregister(each)
                    reading.discard(each)
        return verdict

    def _hear(self) -> Ending | None:
        words, processes, _, _ = socket.recv_fds(self._control, READ_AT_ONCE, 1)
        if words == b"p":
            self._forget()
            self._process = Handle(processes[0])
            return None
        if words[:1] == b"=":
            return _meaning(os.waitstatus_to_exitcode(int.from_bytes(words[1:], "big")))
        if words[:1] == b"-":
            return "exit", "exit status 0 and no result"
        why = words[1:].decode(errors="replace") or "the process that keeps it was killed"
        return "worker", f"the jail failed: {why}"

    def _read(self, descriptor: int) -> bool:
        data = os.read(descriptor, READ_AT_ONCE)
        self._written[descriptor] += data[: self._room]
        if len(data) > self._room:
            raise _FloodError
        self._room -= len(data)
        return bool(data)

    def _cpu_seconds(self) -> float:
        if self._process:
            self._used = self._process.cpu_seconds() or self._used
        return self._used

    def _end(self) -> None:
        """Have the kernel end what is left of the run, and wait until the program is gone."""
        self._control.close()
        if self._process:
            self._process.gone(GONE_SECONDS)
        self._forget()

    def _forget(self) -> None:
        if self._process:
            self._process.close()
        self._process = None


class _FloodError(Exception):
    """More output than allowed."""


def _meaning(code: int) -> Ending:
    if code == 0:
        return "ok", ""
    if code > 0:
        return "exit", f"exit status {code}"
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return ENDED["fuel"]
    return "trap", f"it died of {signal.strsignal(-code)}"
