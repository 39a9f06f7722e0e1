"""Long commands in which agents live."""

from __future__ import annotations

from pathlib import Path

from autoagent.journal import Event
from benchmarks.durability.works import (
    Arguments,
    Units,
    Work,
    events,
    journal_of,
    outcomes,
    timeless,
)

STEPS = 12


def _steps(folder: Path) -> int:
    return len(events(folder, "outcome"))


def _run_goes_on(folder: Path) -> Arguments | None:
    left = STEPS - _steps(folder)
    return ["resume", "last", "--steps", str(left), *journal_of(folder)] if left else None


def _life(folder: Path) -> Units:
    told = [each for each in events(folder) if each.kind not in ("run", "resume", "end")]
    return [(_step_name(each), [each.kind, timeless(each.data)]) for each in told]


def _step_name(event: Event) -> str:
    step = event.data.get("step")
    return f"step {step}" if event.kind == "outcome" else f"event {event.number}"


RUN = Work(
    name="run",
    begin=lambda folder: [
        *("run", "Count", "--llm", "openai:life", "--skills", "notes"),
        *("--steps", str(STEPS), *journal_of(folder)),
    ],
    go_on=lambda folder: _run_goes_on(folder) if events(folder, "run") else None,
    units=_life,
    said=lambda line: f"step {line['step']}" if "step" in line else None,
    whole=lambda folder: _steps(folder) == STEPS,
    asks=True,
)

TASKS = Work(
    name="bench tasks",
    begin=lambda folder: [
        *("bench", "tasks", "--tasks", "digit_sum,letters", "--genome", "small", "--steps", "3"),
        *("--llm", "openai:life", "--out", str(folder / "out"), *journal_of(folder)),
    ],
    go_on=lambda folder: TASKS.begin(folder) if (folder / "out").exists() else None,
    units=lambda folder: outcomes(folder, "task"),
    said=lambda line: str(line["task"]) if "task" in line else None,
    whole=lambda folder: len(outcomes(folder, "task")) == 2,
    asks=True,
)
