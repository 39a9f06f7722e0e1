"""The host's side of a guest in a real interpreter, over whatever carries bytes to it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Protocol

from sandbox.limits import Limits
from sandbox.native.meter import Meter, SpentError
from sandbox.session import End, Event, Message, SandboxError

MESSAGE, RETURNED = b"M", b"R"
HEAD = 5
"""Length of what comes before a frame's text: its kind, and four bytes of length."""

LARGEST_PART = 1 << 16


class Channel(Protocol):
    """The bytes to and from one guest, and the power over its life."""

    def send(self, data: memoryview, timeout: float) -> int:
        """Send some of `data`, and return how many bytes that was.

        Raises:
            TimeoutError: The guest took nothing in `timeout` seconds.
            OSError: There is nobody to take it.
        """
        ...

    def receive(self, size: int, timeout: float) -> bytes:
        """Return up to `size` bytes from the guest; none when there will be no more.

        Raises:
            TimeoutError: None came in `timeout` seconds.
            OSError: There will be no more.
        """
        ...

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the guest used so far; None if this wall cannot tell."""
        ...

    def autopsy(self) -> End:
        """Find out why a guest that said nothing more is gone, ending it if it is not."""
        ...

    def close(self) -> None:
        """Kill the guest if it lives, and give everything back; closing twice is fine.

        It may be called from a signal handler, or another thread, while this one waits.
        """
        ...


class NativeSession:
    """One guest in a process of its own.

    Args:
        channel: Leads to the guest, which waits to be told how it begins.
        limits: What it may spend.
    """

    def __init__(self, channel: Channel, limits: Limits) -> None:
        self._channel = channel
        self._meter = Meter(limits, channel.cpu_seconds)
        # JSON may need six characters for one; who limits the words themselves is the host.
        self._longest = 6 * limits.output_bytes + (1 << 16)
        self._received = bytearray()
        self._closed = False
        self._event: Event = End("worker", "not started", None)

    @property
    def event(self) -> Event:
        """What the guest said last."""
        return self._event

    def begin(self, argument: str, *, seed: int, now: float) -> Event:
        """Start the guest's entry function, and wait for its first word."""
        return self._exchange({"argument": argument, "seed": seed, "now": now})

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Event:
        """Reply, and wait for the next word (see `sandbox.session.Session.resume`)."""
        if isinstance(self._event, End):
            raise SandboxError(f"this guest has ended ({self._event.cause}); start a new one")
        if refuel:
            self._meter.refill()
        return self._exchange({"reply": reply, "now": now})

    def close(self) -> None:
        """End the guest, if it still lives."""
        if isinstance(self._event, Message):
            self._event = End("returned", "closed by the host", None)
        self._closed = True
        self._channel.close()

    def _exchange(self, frame: dict[str, Any]) -> Event:
        """Give the guest a frame, and wait for its next word or its end."""
        self._meter.start()
        try:
            event = self._word_after(frame)
            self._meter.stop()
        except SpentError as spent:
            event = spent.end
        except BaseException:  # such as Ctrl-C: what the guest says next would answer nothing
            self.close()
            raise
        if self._closed:  # meanwhile, by somebody else: how it looked from here does not matter
            event = End("returned", "closed by the host", None)
        self._event = event
        if isinstance(event, End):
            self._channel.close()
        return event

    def _word_after(self, frame: dict[str, Any]) -> Event:
        data = json.dumps(frame).encode()
        try:
            self._send(len(data).to_bytes(4, "big") + data)
            self._receive(HEAD)
            kind, length = self._received[:1], int.from_bytes(self._received[1:HEAD], "big")
            if kind not in (MESSAGE, RETURNED):
                return End("protocol", f"a frame of unknown kind {bytes(kind)!r}", None)
            if length > self._longest:
                return End("output", f"a message of {length} bytes", None)
            self._receive(HEAD + length)
        except (OSError, EOFError):
            return self._gone()
        words = self._received[HEAD : HEAD + length]
        del self._received[: HEAD + length]
        try:
            text = words.decode()
        except UnicodeDecodeError as error:
            return End("protocol", f"a message that is not UTF-8 ({error.reason})", None)
        return Message(text, None) if kind == MESSAGE else End("returned", text, None)

    def _send(self, data: bytes) -> None:
        """Send all of `data`; a guest that does not take it is on its own time.

        Raises:
            SpentError: The guest's time is up.
        """
        rest = memoryview(data)
        while rest:
            patience = self._meter.patience()
            with suppress(TimeoutError):
                rest = rest[self._channel.send(rest, patience) :]

    def _receive(self, size: int) -> None:
        """Wait until the guest has sent `size` bytes that are not taken yet.

        Raises:
            EOFError: There will not be so many.
            SpentError: The guest's time is up.
        """
        while len(self._received) < size:
            patience = self._meter.patience()
            with suppress(TimeoutError):
                part = self._channel.receive(LARGEST_PART, patience)
                if not part:
                    raise EOFError
                self._received += part

    def _gone(self) -> End:
        if self._closed:
            return End("returned", "closed by the host", None)
        end = self._channel.autopsy()
        if self._received and end.cause == "trap":
            return End("protocol", f"a message that breaks off ({end.detail})", None)
        return end
