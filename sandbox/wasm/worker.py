"""A worker as the host sees it: its process, and the thread that sorts its words into inboxes."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import get_args

from sandbox.jail.bare import WorkerProcess
from sandbox.limits import Limits
from sandbox.session import End, EndCause, Event, Message
from sandbox.wasm.inside import frames

CLOSED = "closed"
"""How a guest ends that the host wants gone."""
ENDS: dict[str, EndCause] = {cause: cause for cause in get_args(EndCause)} | {CLOSED: "returned"}

ROOM_MB = 64
"""What a worker may take for each guest beside its memory: its thread, tables, ..."""
ROOM_FOR_TEXT = 64
"""... and what it says, as often as it exists while it is passed on, in up to four bytes each."""


class Worker:
    """A worker.

    Args:
        process: Its process.
        limits: What each of its guests may spend at most.
        most_lives: How many there may be; a worker for one ends with it.

    Attributes:
        sessions: Where the guests that live in it hear from them, by number.
        alive: Whether it can be ordered anything.
    """

    def __init__(self, process: WorkerProcess, limits: Limits, most_lives: int) -> None:
        self.sessions: dict[int, queue.SimpleQueue[Event]] = {}
        self.alive = True
        self._warm = False
        self._process, self._limits, self._most_lives = process, limits, most_lives
        self._lock = threading.Lock()
        process.channel.settimeout(None)
        self._reads = process.channel.makefile("rb")
        self._writes = process.channel.makefile("wb")
        threading.Thread(target=self._sort, daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def has_room(self, limits: Limits) -> bool:
        """Tell whether one more guest may live in it."""
        most = self._limits
        fits = limits.memory_mb <= most.memory_mb and limits.output_bytes <= most.output_bytes
        return self.alive and fits and len(self.sessions) < self._most_lives

    def admit(self, life: int) -> queue.SimpleQueue[Event]:
        """Return where a guest that is about to begin will be heard."""
        self._warm = True
        inbox = self.sessions[life] = queue.SimpleQueue()
        return inbox

    def warm_up(self, beginning: frames.Order) -> None:
        """Have it get ready for its first guest, which will begin much like that."""
        if not self._warm:
            self._warm = True
            self.order({"op": "warm up", "life": 0, **beginning})

    def order(self, order: frames.Order) -> None:
        """Tell it to do something; the reader notices if it cannot."""
        try:
            with self._lock:
                frames.give_order(self._writes, order)
        except (OSError, ValueError):
            self._mourn(order["life"], "it takes no orders")

    def dismiss(self, life: int) -> None:
        """Let go of a guest that has ended, or shall."""
        if self._most_lives == 1:
            self.kill()
        elif life in self.sessions:
            self.order({"life": life, "op": "close"})

    def kill(self) -> None:
        """End it at once, and all its guests."""
        self.alive = False
        self._process.kill()

    def _sort(self) -> None:
        why, longest = "", longest_text(self._limits)
        try:
            while (word := frames.hear_word(self._reads, longest)) is not None:
                self._pass_on(word)
        except (OSError, ValueError) as error:
            why = f"it says what no worker says ({error})"
        self.alive = False
        why = why or self._process.autopsy().detail
        for life in list(self.sessions):
            self._mourn(life, why)
        self._close()

    def _close(self) -> None:
        with self._lock, suppress(OSError):
            self._reads.close()
            self._process.close()
            self._writes.close()

    def _pass_on(self, word: frames.Word) -> None:
        """Give a word to whom it concerns.

        Raises:
            ValueError: That is none.
        """
        event: Event
        if word.word == frames.MESSAGE:
            inbox, event = self.sessions.get(word.life), Message(word.text, word.fuel)
        elif word.word in ENDS:
            inbox = self.sessions.pop(word.life, None)
            event = End(ENDS[word.word], word.text, word.fuel)
        else:
            raise ValueError(f"unknown word {word.word!r}")
        if inbox is not None:
            inbox.put(event)

    def _mourn(self, life: int, why: str) -> None:
        inbox = self.sessions.pop(life, None)
        if inbox is not None:
            inbox.put(End("worker", f"the worker process died: {why}", None))


def memory_mb(limits: Limits, lives: int) -> int:
    """Return what a worker may take in which so many guests with such limits live."""
    text_mb = (ROOM_FOR_TEXT * limits.output_bytes) >> 20
    return lives * (limits.memory_mb + ROOM_MB + text_mb)


def longest_text(limits: Limits) -> int:
    """Return how many bytes a guest with such limits may say at once."""
    return 4 * (6 * limits.output_bytes + (1 << 16))
