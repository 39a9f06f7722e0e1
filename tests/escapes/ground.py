"""Where payloads are let loose: a wall, lives beside the attacker, and what they should be like."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from autoagent.genome import LARGEST_GENOME
from autoagent.life import Death, Heartbeat, Life
from autoagent.skills import load_skills
from sandbox.limits import Limits
from sandbox.memory_tree import MOST_BYTES
from sandbox.session import Sandbox
from tests.escapes.payload import LIFE_CLOCK, SEPARATOR, Canaries, CodePolicy, Payload
from tests.fuzz.targets import Writing
from tests.waiting import soon

LIMITS = Limits(fuel=2 * 10**9, memory_mb=128, wall_seconds=2, output_bytes=1 << 16)
IN_TIME = replace(LIMITS, fuel=2 * 10**10)
"""The same behind a wall that takes time for CPU, of which a busy machine takes some."""
UNHURRIED = replace(LIMITS, fuel=10**11, wall_seconds=60)
"""Of lives that do no harm, and are to be as they were on any machine."""
BIRTHS = 3
"""How often a life is begun whose time a busy machine took."""
BOUND_SECONDS = 60
"""Far more than any answer may take: one and a half times the limit, and two seconds of grace."""
GONE_SECONDS = 20.0
"""How long what a guest left may take to be gone."""
MOST_MEMORY = 16 << 20
"""Bytes that a life may cost the host, beyond its files and what it costs behind the wall."""
BENEATH = """
import _io, builtins, io, os, posix
vars(os).update({name: value for name, value in vars(posix).items() if callable(value)})
open = builtins.open = io.open = _io.open
"""
"""Under an open policy files are in memory too; whoever attacks the wall goes beneath that."""
SIGNALS = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGHUP)
SPARE = 32
"""Descriptors, threads and processes that a wall may hold back for its own use."""
CHEAP_SECONDS = 0.15
"""A wall that starts lives slower than this has a fresh one looked at only now and then."""

PROBE = """
import json, math, random, re
class Plain:
    def __init__(self): self.x = [1, {'a': None}]
def double(self, n): return 2 * n
print(sorted(name for name in globals() if name[:2] != '__'), sorted(dir())[:9])
print(json.dumps({'a': [1, 1.5, None, 'é']}), json.loads('{"b": [true]}'), sorted(vars(json)))
print(random.random(), random.choice(range(100)), math.tau, re.findall('a+', 'aabaa'))
print(len(dir(str)), len(dir(dict)), max([3, 1]), sorted('ba'), [str(n) for n in range(3)])
print(self.double(4), vars(Plain()), sorted(n for n in vars(self) if n != 'secret'), type(print))
try:
    undefined
except NameError as error:
    print(repr(error))
"""


class Ground:
    """A wall with, for each policy, one life that keeps a secret while others attack.

    Args:
        wall: The wall; it is not closed here.
        folder: An empty folder of the host.
    """

    def __init__(self, wall: Sandbox, folder: Path) -> None:
        self.wall = wall
        self._counts_cpu = wall.name != "docker"
        self.signals: list[int] = []
        self._folder = folder
        self._attacks = 0
        self._taken = 0
        self._secrets: dict[CodePolicy, str] = {}
        self._neighbours: dict[CodePolicy, Life] = {}
        started = time.monotonic()
        self._fresh: dict[CodePolicy, list[Any]] = {p: self._probe(p) for p in ("strict", "open")}
        self._cheap = (time.monotonic() - started) / 2 < CHEAP_SECONDS
        for policy in self._fresh:
            self._settle(policy)
        self._held = _held()

    def attack(self, payload: Payload, policy: CodePolicy) -> list[str]:
        """Let a payload loose, and return what it achieved and what it broke."""
        self._attacks += 1
        self.signals.clear()
        folder = self._folder / str(self._attacks)
        folder.mkdir()
        canaries = Canaries(folder)
        try:
            events = self._live(payload, policy, canaries)
            seen = canaries.sightings(payload, policy, events)
        finally:
            canaries.close()
        if any("clock below Python" in each for each in self.wall.undetermined):
            seen -= {"clock below Python read"}  # this wall does not promise to hide it
        heard = repr(events)
        seen |= {"neighbour read" for secret in self._secrets.values() if secret in heard}
        seen |= {f"signal {number}" for number in self.signals}
        seen |= {"memory taken"} if self._taken > MOST_MEMORY else set()
        seen |= self._unhealthy(policy)
        return sorted(seen)

    def look_around(self, *policies: CodePolicy) -> set[str]:
        """Return what is wrong with fresh lives: they shall be as they were before all attacks."""
        changed = [p for p in policies or self._fresh if self._probe(p) != self._fresh[p]]
        return {f"fresh {policy} life changed" for policy in changed}

    def close(self) -> None:
        """End the neighbours."""
        for life in self._neighbours.values():
            life.close()

    def _live(
        self, payload: Payload, policy: CodePolicy, canaries: Canaries
    ) -> list[Heartbeat | Death]:
        """Say all parts of a payload; after a death, the next part to a new life."""
        first, *parts = canaries.filled_in(payload.code).split(SEPARATOR)
        before = _memory()
        events: list[Heartbeat | Death] = []
        life = self._born(policy)
        try:
            events.append(_answered(life, first or "pass"))
            for part in filter(None, parts):
                if not life.alive:
                    life = self._born(policy)
                    _answered(life, first or "pass")
                if life.alive:
                    events.append(_answered(life, part))
            for code in payload.then:
                if life.alive:
                    events.append(_answered(life, canaries.filled_in(code)))
            before += _bytes_of_files(life)
            self._taken = _memory() - before
            if self._taken > MOST_MEMORY and gc.collect():  # it may be of those before
                self._taken = _memory() - before
        finally:
            life.close()
        return events

    def _born(self, policy: CodePolicy) -> Life:
        for _ in range(BIRTHS):
            life = _life(self.wall, policy, LIMITS if self._counts_cpu else IN_TIME)
            event = life.begin("Write a function")
            if isinstance(event, Heartbeat) and policy == "open":
                event = life.answer(BENEATH)
            if isinstance(event, Heartbeat):
                return life
            life.close()
        raise AssertionError(event)

    def _unhealthy(self, policy: CodePolicy) -> set[str]:
        wrong: set[str] = set()
        if not self._neighbour_is_well(policy):
            wrong.add("neighbour killed")
            self._settle(policy)
        if self._cheap or self._attacks % 10 == 0:
            wrong |= self.look_around(policy)
        soon(lambda: not self._grown(), GONE_SECONDS)
        return wrong | {f"{kind} left" for kind in self._grown()}

    def _grown(self) -> list[str]:
        """Return what there is too much of."""
        return [kind for kind, number in _held().items() if number > self._held[kind] + SPARE]

    def _settle(self, policy: CodePolicy) -> None:
        if policy in self._neighbours:
            self._neighbours[policy].close()
        life = self._neighbours[policy] = _life(self.wall, policy, UNHURRIED)
        life.begin("Keep a secret")
        self._secrets[policy] = f"secret-{secrets.token_hex(8)}"
        life.answer(f"self.secret = {self._secrets[policy]!r}")

    def _neighbour_is_well(self, policy: CodePolicy) -> bool:
        life = self._neighbours[policy]
        return life.alive and (
            life.answer("print(self.secret)").outcome.stdout == self._secrets[policy] + "\n"
        )

    def _probe(self, policy: CodePolicy) -> list[Any]:
        """Live a short life, and return all that is known of it."""
        life = _life(self.wall, policy, UNHURRIED)
        try:
            return [life.begin("Look around"), life.answer(PROBE), life.answer("print(self.query)")]
        finally:
            life.close()


@contextmanager
def watched(ground: Ground) -> Iterator[Ground]:
    """Note signals that reach this process, and adopt what guests leave running behind them."""
    before = [(n, signal.signal(n, lambda n, _: ground.signals.append(n))) for n in SIGNALS]
    _adopt_orphans(True)
    try:
        yield ground
    finally:
        _adopt_orphans(False)
        for number, handler in before:
            signal.signal(number, handler)


def _adopt_orphans(yes: bool) -> None:
    """Have orphaned descendants become children of this process, where they can be counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, int(yes), 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _life(wall: Sandbox, policy: CodePolicy, limits: Limits) -> Life:
    return Life(
        wall,
        limits=limits,
        policy=policy,
        on_harm="feedback",  # a payload shall have all the tries that it can get
        seed=7,
        skills=load_skills(["clock", "notes"]),
        host=Writing(lambda: LIFE_CLOCK),
    )


def _answered(life: Life, code: str) -> Heartbeat | Death:
    """Answer a life, and check what comes back whatever it is."""
    started = time.monotonic()
    event = life.answer(code)
    assert time.monotonic() - started < BOUND_SECONDS
    assert life.alive is isinstance(event, Heartbeat)
    _check_types(event)
    _check_size(event, life)
    return event


def _memory() -> int:
    """Return the bytes that this process holds, without what is free and merely kept by malloc.

    How much is kept depends on the order of earlier pieces and on threads: a life that told 30 MB
    of files, all let go of at its death, left anything from 0 to 24 MB resident.
    """
    with suppress(AttributeError):  # glibc's own
        ctypes.CDLL(None).malloc_trim(0)
    return psutil.Process().memory_info().rss


def _bytes_of_files(life: Life) -> int:
    """Return how large the files are that the host holds for a life, as many as it may have.

    A machine that is quick enough brings the largest of them across the wall before time is up.
    """
    size = sum(map(len, life.files.held.values()))
    assert size <= MOST_BYTES
    return size


def _held() -> dict[str, int]:
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "processes": len(psutil.Process().children(recursive=True)),
    }


def _check_size(event: Heartbeat | Death, life: Life) -> None:
    """Fail where one step would fill the journal."""
    outcome = event.outcome
    said = event.query if isinstance(event, Heartbeat) else event.detail
    told = sum(map(len, (said, outcome.stdout, outcome.error, *outcome.state)))
    assert told <= 4 * LIMITS.output_bytes
    assert life.genome.size <= LARGEST_GENOME


def _check_types(event: Heartbeat | Death) -> None:
    """Fail where something that is not of its declared type came through the wall."""
    outcome = event.outcome
    texts = [outcome.stdout, outcome.error, outcome.genome, *outcome.changed, *outcome.state]
    texts.append(event.query if isinstance(event, Heartbeat) else event.detail)
    assert all(type(text) is str for text in texts)
    assert outcome.fuel is None or type(outcome.fuel) is int
    json.dumps([v.as_dict() for v in outcome.harm])
