"""Judging as calls for executors: in threads, in processes, or on the machines of a cluster.

A call judges as many programs as share a guest, always the same ones, so that what comes of them
does not depend on where they are judged, nor on how many calls are made at once.
"""

from __future__ import annotations

import atexit
import functools
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from genetic.elm.domain import Crowded, Domain, Judged, open_domain
from genetic.executors import Executor


class Opening(Protocol):
    """Opens a domain, here or where a worker is; plain data, so that workers can be told."""

    def open(self) -> Domain:
        """Open it."""
        ...

    def __hash__(self) -> int:
        """Tell it from others, so that a worker opens it once."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """Opens a domain by its name; see `open_domain`.

    Attributes:
        name: Of the domain, with its variant.
        together: How many programs may share a guest.
    """

    name: str
    together: int

    def open(self) -> Domain:
        """Open the domain."""
        return open_domain(self.name, together=self.together)


class Pool:
    """Domains of which each judges for one thread at a time; opened as they are needed.

    Args:
        opening: Opens another one.
        first: One that is open already, and closed by whoever opened it.
    """

    def __init__(self, opening: Opening, first: Domain | None = None) -> None:
        self._opening = opening
        self._opened = ExitStack()
        self._idle: SimpleQueue[Domain] = SimpleQueue()
        if first is not None:
            self._idle.put(first)

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return what comes of programs; see `Domain.judge`."""
        try:
            domain = self._idle.get_nowait()
        except Empty:
            domain = self._opened.enter_context(closing(self._opening.open()))
        try:
            return domain.judge(programs)
        finally:
            self._idle.put(domain)

    def close(self) -> None:
        """Close what was opened here."""
        self._opened.close()


def judged(programs: Sequence[str], opening: Opening) -> list[Judged]:
    """Judge programs in a worker, which opens the domain once.

    Raises:
        ValueError: There is no such domain there.
        SandboxError: The wall cannot stand there.
    """
    return _pool(opening).judge(programs)


def side_by_side(
    executor: Executor, judge: Callable[[Sequence[str]], list[Judged]], size: int
) -> Callable[[Sequence[str]], list[Judged]]:
    """Return what has an executor judge programs, in parts of one size, and waits for all."""

    def judge_all(programs: Sequence[str]) -> list[Judged]:
        parts = [programs[at : at + size] for at in range(0, len(programs), size)]
        calls = [executor.submit(judge, part) for part in parts]
        return [each for call in calls for each in call.result()]

    return judge_all


def share_of(domain: Domain, together: int) -> int:
    """Return how many programs of a domain are judged in one call."""
    return domain.together if isinstance(domain, Crowded) else together


@functools.cache
def _pool(opening: Opening) -> Pool:
    pool = Pool(opening)
    atexit.register(pool.close)
    return pool
