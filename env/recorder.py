"""Writes the lives of an environment into a journal, where there is one."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

from autoagent.budget import Spent
from autoagent.death import Cause, Stop
from autoagent.ended import Ended
from autoagent.journal import Data, Journal
from autoagent.life import Death, Heartbeat, Life
from autoagent.past import ACTOR
from autoagent.recorder import RunRecorder
from autoagent.walls import WallOptions

RESUMED = {"temperature": 0.3, "max_tokens": 384, "server": None, "approve": False}
"""Settings of a model, should one take such a life up; nobody used them in the environment."""


class LifeRecorder:
    """Writes down what an environment lives through: a run in the journal for each life.

    Args:
        path: The journal's file; None records nothing.

    Attributes:
        run: Id of the run that is being written, None without a journal.

    Raises:
        JournalError: The journal cannot be opened.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.run: str | None = None
        self._journal = None if path is None else Journal(Path(path))
        self._record: RunRecorder | None = None
        self._since = 0.0

    def close(self) -> None:
        """End the life that is written down, if there is one, and close the journal."""
        self._leave()
        if self._journal is not None:
            self._journal.close()

    def begin(self, prompt: str, life: Life, *, wall: str, build: str, skills: list[str]) -> None:
        """Begin a run for a life that is about to be born."""
        if self._journal is None:
            return
        self._leave()
        settings: Data = {
            "llm": ACTOR,
            "sandbox": wall,
            "wall": WallOptions().recorded(),
            "build": build,
            "seed": life.seed,
            "prompt": prompt,
            "policy": life.policy,
            "on_harm": life.on_harm,
            "limits": asdict(life.limits),
            "skills": skills,
            "genome": life.first.as_dict(),
            "net": life.net,
        }
        self.run = self._journal.begin(settings | RESUMED)
        self._record = RunRecorder(self._journal, self.run)

    def write(self, kind: str, data: Data) -> None:
        """Write down what enters the organism, or what was answered to its skills."""
        if self._record is not None:
            self._record.write((kind, data))

    def asked(self, life: Life, event: Heartbeat) -> None:
        """Write the first heartbeat of a life."""
        self._since = time.monotonic()
        if self._record is not None:
            self._record.asked(1, event, life.genome)

    def completed(self, life: Life, event: Heartbeat | Death) -> None:
        """Write what came of an answer; of a step that the wall broke nothing is known."""
        broken = isinstance(event, Death) and event.cause is Cause.WORKER
        now = time.monotonic()
        if self._record is not None and not broken:
            self._record.completed(life.steps, event, life.genome, (now - self._since) * 1000)
        self._since = now

    def end(self, ended: Ended) -> None:
        """Write how the life stopped; what was ended already stays as it is."""
        if self._record is not None:
            self._record.write(("end", ended.as_dict()))
            self._record = None

    def _leave(self) -> None:
        self.end(Ended(cause=Stop.PAUSED, limit=None, detail="left by the caller", spent=Spent()))
