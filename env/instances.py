"""Instances in which something is tried: begun when they are needed, or beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from autoagent.life import CodePolicy
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError, Session

LIMITS = Limits(fuel=3_000_000_000, memory_mb=128, wall_seconds=30.0, output_bytes=1 << 16)
BIRTH = {"trial": True, "seed": 0, "output_bytes": LIMITS.output_bytes, "told": {}}
"""What an instance is told of itself before it is told what to try."""


class Fresh:
    """Begins an instance for each trial, when it is needed.

    Args:
        sandbox: The wall.
        policy: As for the organism.
    """

    def __init__(self, sandbox: Sandbox, policy: CodePolicy) -> None:
        self.sandbox, self.policy = sandbox, policy

    @contextmanager
    def one(self) -> Iterator[Session]:
        """Lend an instance for one trial, and end it.

        Raises:
            SandboxError: The wall cannot start it.
        """
        session = self._begun()
        try:
            yield session
        finally:
            session.close()

    def _begun(self) -> Session:
        birth = json.dumps({**BIRTH, "policy": self.policy})
        return self.sandbox.start(birth, LIMITS, seed=0, now=0.0)


class Ready(Fresh):
    """After each trial, begins the instance of the next one while nobody waits for it.

    An instance is a function of what enters it, and nothing enters one that waits: what is tried
    there comes out as it would in one that is begun now. Each serves one trial and no other. It has
    to be closed before the wall is.
    """

    def __init__(self, sandbox: Sandbox, policy: CodePolicy) -> None:
        super().__init__(sandbox, policy)
        self._maker = ThreadPoolExecutor(1)
        self._waiting: Future[Session] | None = None

    @contextmanager
    def one(self) -> Iterator[Session]:
        """Lend the instance that waits, or one that is begun now; then begin the next."""
        session = self._taken() or self._begun()
        try:
            yield session
        finally:
            session.close()
        self._waiting = self._maker.submit(self._begun)

    def close(self) -> None:
        """End the one that waits."""
        if (session := self._taken()) is not None:
            session.close()
        self._maker.shutdown()

    def _taken(self) -> Session | None:
        """Return the one that waits, if there is one."""
        waiting, self._waiting = self._waiting, None
        with suppress(SandboxError):  # whoever needs one will be told what is the matter
            return waiting.result() if waiting else None
        return None
