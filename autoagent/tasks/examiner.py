"""Poses tasks, and finds out whether they are solved: behind the wall, where agents never are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from autoagent.tasks.task import Task
from sandbox.limits import Limits
from sandbox.programs.program import CompileError, Run
from sandbox.programs.python import PythonTarget

EXAMINING = Limits(fuel=100_000_000_000)
TRYING = Limits(fuel=20_000_000_000, wall_seconds=20.0, output_bytes=1 << 18)
"""What a program of an agent may use for each input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftStep:
    """What a step of a life leaves to be judged.

    Attributes:
        query: What it asked its model.
        answer: What it was answered.
        mentioned: The names that the code in that mentions.
        stored: Those of them that the code itself gives values, or may.
        printed: What was printed.
        assigned: The attributes and variables that were given values, by whatever code.
        own: The definitions after it that are others than those at birth.
    """

    query: str
    answer: str
    mentioned: list[str]
    stored: list[str]
    printed: str
    assigned: list[str]
    own: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a life leaves to be judged.

    Attributes:
        result: What it finished with.
        files: Its files, as text; bytes that are none are replaced.
        definitions: Its methods, functions and classes, by name.
        born: Those that it was born with.
        steps: What there was step by step.
    """

    result: Any
    files: Mapping[str, str]
    definitions: Mapping[str, str]
    born: Mapping[str, str]
    steps: list[LeftStep]


class Examiner:
    """Runs the texts of tasks, each time in a fresh guest.

    A program that an agent has written runs in another one, with the inputs alone: it is never
    where a verdict is made, and never sees what is expected of it.

    Attributes:
        digest: Content hash of what all tasks are judged by.

    Raises:
        SandboxError: The guest cannot be built.
    """

    def __init__(self) -> None:
        self._target = PythonTarget()
        text = (files("autoagent.tasks") / "inside.py").read_text("utf-8")
        self.digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        program = self._target.compile(text)
        assert not isinstance(program, CompileError)
        self._program = program

    def pose(self, task: Task, seed: int) -> dict[str, Any]:
        """Return a task as it is posed for a seed: its prompt, its files, and what is hidden.

        Raises:
            ValueError: The task is broken.
        """
        posed = self._examined(task, "pose", f"{task.name} {seed}")
        if not isinstance(posed, dict) or not isinstance(posed.get("prompt"), str):
            raise ValueError(f"the task {task.name} poses no prompt")
        return posed

    def wrong(self, task: Task, posed: dict[str, Any], left: Left) -> str | None:
        """Say why a task is not solved, or None.

        Raises:
            ValueError: The task is broken.
        """
        told = asdict(left)
        tried = self._examined(task, "trial", posed, told)
        if isinstance(tried, str):
            return tried
        ran = [] if tried is None else self._tried(tried["program"], tried["inputs"])
        if isinstance(ran, str):
            return ran
        verdict = self._examined(task, "check", posed, told, ran)
        return None if verdict is None else str(verdict)

    def close(self) -> None:
        """End the processes that run tasks and programs."""
        self._target.close()

    def _tried(self, source: str, inputs: list[str]) -> list[dict[str, str]] | str:
        """Run an agent's program on each input, or say why that is none."""
        program = self._target.compile(source)
        if isinstance(program, CompileError):
            return f"it is no program: {program.text.strip()[-500:]}"
        runs = program.run([stdin.encode() for stdin in inputs], TRYING)
        return [
            {"status": run.status, "stdout": _text(run.stdout), "told": _last_line(run)}
            for run in runs
        ]

    def _examined(self, task: Task, do: str, *arguments: Any) -> Any:
        asked = {"task": task.source, "do": do, "with": arguments}
        (run,) = self._program.run([json.dumps(asked).encode()], EXAMINING)
        if run.status != "ok":
            raise ValueError(f"the task {task.name} is broken: {_last_line(run)}")
        return json.loads(_text(run.stdout).rstrip().rpartition("\n")[2])


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _last_line(run: Run) -> str:
    lines = _text(run.stderr).strip().splitlines()
    return lines[-1][:500] if lines else run.detail
