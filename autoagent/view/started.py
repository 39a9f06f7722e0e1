"""Runs that were taken up from a page: each is lived by `autoagent resume`, as from a terminal."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from autoagent.past import ACTOR, Past
from autoagent.trust import Chosen, settled

PATIENCE = 20.0
"""Seconds that a step may take to end when the server does."""
MOST_SAID = 4000


class StartError(ValueError):
    """A run is not taken up from a page; the message says why, and what to do."""


def require_startable(past: Past) -> None:
    """Raise where taking up a run needs a word that a page cannot say.

    Raises:
        StartError: So it is here; the message has the command to give.
    """
    command = f"`autoagent resume {past.run}`"
    if not past.own:
        raise StartError(
            f"run {past.run} is not known as your own, and a page does not take it up: give "
            f"{command} on the command line, or adopt it with `autoagent trust {past.run}`"
        )
    if past.settings["approve"] or past.settings["llm"] in ("human", ACTOR):
        raise StartError(f"run {past.run} asks a person: give {command} on the command line")
    settled(past, Chosen())


class Started:
    """The processes that live runs for the pages.

    Args:
        journal: The file of the journal.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._processes: dict[str, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}

    def resume(self, run: str, steps: int, seed: int | None = None) -> None:
        """Go on with a run; what becomes of it is in the journal.

        Args:
            run: Its id.
            steps: So many steps at most.
            seed: Another seed of the model's sampling.

        Raises:
            StartError: It goes on already.
        """
        with self._lock:
            if self.runs(run):
                raise StartError(f"run {run} goes on already")
            said = tempfile.TemporaryFile()  # noqa: SIM115
            command = [sys.executable, "-m", "autoagent", "resume", run, "--json"]
            command += ["--steps", str(steps), "--db", str(self._journal)]
            command += [] if seed is None else ["--seed", str(seed)]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
            )
            self._processes[run] = process, said

    def runs(self, run: str) -> bool:
        """Tell whether a process that was started here lives the run."""
        started = self._processes.get(run)
        return started is not None and started[0].poll() is None

    def pause(self, run: str) -> None:
        """Have a run that was taken up here stop after its step.

        Raises:
            StartError: No process that was started here lives it.
        """
        if not self.runs(run):
            raise StartError(f"run {run} was not taken up here; stop it where it was started")
        self._processes[run][0].terminate()

    def complaint(self, run: str) -> str:
        """Return what a process said that failed; empty if none has."""
        started = self._processes.get(run)
        if started is None or started[0].poll() in (None, 0):
            return ""
        said = started[1]
        said.seek(0)
        lines = said.read(MOST_SAID).decode("utf-8", "replace").splitlines()
        errors = [line for line in lines if line.startswith("error: ")]
        return "\n".join(errors or lines[-3:])

    def close(self) -> None:
        """Suspend all that was taken up here, and wait for it."""
        for process, _ in self._processes.values():
            if process.poll() is None:
                process.terminate()
        for process, said in self._processes.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            said.close()
