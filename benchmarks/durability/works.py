"""The long commands: how each is begun, gone on with, and what is left of it on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoagent.journal import Event, Journal, JournalError

STEPS = 12
UPDATES = 3
TIMES = ("now", "ms", "spent", "seconds", "rollout_seconds", "update_seconds", "run", "judged")
TIMES += ("tokens",)  # those since a run was taken up; each call tells its own
"""What may differ between two runs that are the same otherwise."""
SOURCE = "print(sum(range(10)))\n"

Arguments = list[str]
Units = list[tuple[str, Any]]
"""What was finished: a name and what it says."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A long command.

    Attributes:
        name: Of the command.
        begin: Its arguments, given the folder that it works in.
        go_on: Those that go on with what is there; None if there is nothing that could.
        units: What is on the disk of what was finished, in order: a name and what it says.
        said: The name of the unit that a line of its output tells of, if one.
        asks: Whether it asks a server.
        whole: Whether all of it is done.
    """

    name: str
    begin: Callable[[Path], Arguments]
    go_on: Callable[[Path], Arguments | None]
    units: Callable[[Path], Units]
    said: Callable[[dict[str, Any]], str | None]
    whole: Callable[[Path], bool]
    asks: bool = False


def timeless(value: Any) -> Any:
    """Return plain data without what may differ."""
    if isinstance(value, dict):
        return {name: timeless(each) for name, each in value.items() if name not in TIMES}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def events(folder: Path, *kinds: str) -> list[Event]:
    """Return the events of the only run in a journal; none if there is none yet.

    Raises:
        ValueError: The file is damaged.
    """
    path = folder / "journal.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as db:
        (check,) = db.execute("PRAGMA integrity_check").fetchone()
    if check != "ok":
        raise ValueError(check)
    try:
        with closing(Journal(path, read_only=True)) as journal:
            return list(journal.events(journal.find("last"), *kinds))
    except JournalError as error:
        if "no run" in str(error) or "no journal" in str(error):
            return []
        raise ValueError(str(error)) from None


def journal_of(folder: Path) -> Arguments:
    """Return the options that name the journal and the form of the output."""
    return ["--db", str(folder / "journal.db"), "--json"]


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


def _search(folder: Path) -> Units:
    generations = [
        (f"generation {each.data['number']}", timeless(each.data))
        for each in events(folder, "generation")
    ]
    asked = [(str(each.data["key"]), timeless(each.data)) for each in events(folder, "call")]
    return generations + sorted(asked, key=lambda unit: unit[0])


def _ended(folder: Path, *causes: str) -> bool:
    last = events(folder)[-1:]
    return bool(last) and last[0].kind == "end" and last[0].data["cause"] in causes


TRANSLATE = Work(
    name="translate",
    begin=lambda folder: [
        *("translate", str(source(folder)), "--no-input", "--to", "python"),
        *("--measure", "length", "--population", "3", "--generations", "3", "--healing", "1"),
        *("--workers", "2", "--llm", "openai:python", *journal_of(folder)),
    ],
    go_on=lambda folder: (
        ["translate", "--resume", "last", "--workers", "2", *journal_of(folder)]
        if events(folder, "run")
        else None
    ),
    units=_search,
    said=lambda line: f"generation {line['generation']}" if "generation" in line else None,
    whole=lambda folder: _ended(folder, "generations", "correct"),
    asks=True,
)


def source(folder: Path) -> Path:
    """Return a program that is to be translated."""
    path = folder / "source.py"
    path.write_text(SOURCE)
    return path


def _outcomes(folder: Path) -> Units:
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("out/outcomes/*.json"))]
    return [(f"{each['task']} {each['mode']}", timeless(each)) for each in found]


BENCH = Work(
    name="bench",
    begin=lambda folder: [
        *("bench", "translation", "--mode", "best-of-n", "--tasks", "digits,add_two"),
        *("--calls", "2", "--measure", "length", "--llm", "openai:c"),
        *("--out", str(folder / "out"), *journal_of(folder)),
    ],
    go_on=lambda folder: BENCH.begin(folder) if (folder / "out").exists() else None,
    units=_outcomes,
    said=lambda line: f"{line['task']} {line['mode']}" if "task" in line else None,
    whole=lambda folder: len(_outcomes(folder)) == 2,
    asks=True,
)


def _log(folder: Path) -> Units:
    path = folder / "run" / "log.jsonl"
    text = path.read_text() if path.exists() else ""
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    units = [(f"update {each['update']}", timeless(each)) for each in lines]
    weights = sorted((folder / "run" / "policy").glob("*.safetensors"))
    weights += sorted((folder / "run" / "policy").glob("*.pt"))
    if len(units) == UPDATES:  # before, they are those of an earlier stop
        units += [(path.name, path.read_bytes().hex()) for path in weights]
    return units


def _training(kind: str, *options: str) -> Work:
    given = ["train", kind, *options, "--updates", str(UPDATES)]
    return Work(
        name=f"train {kind}",
        begin=lambda folder: [*given, "--out", str(folder / "run"), "--json"],
        go_on=lambda folder: (
            ["train", kind, "--resume", str(folder / "run"), "--json"]
            if (folder / "run" / "checkpoint.pt").exists()
            else None
        ),
        units=_log,
        said=lambda line: f"update {line['update']}" if "update" in line else None,
        whole=lambda folder: (
            len([name for name, _ in _log(folder) if not name.startswith("update")]) > 0
        ),
    )


EDITS = _training("edits", "--episodes", "4", "--envs", "2", "--max-steps", "8")
LM = _training(
    *("lm", "--llm", "tiny", "--episodes", "2", "--envs", "1"),
    *("--max-steps", "2", "--max-tokens", "8"),
)


def _report(folder: Path) -> Units:
    path = folder / "out" / "report.json"
    told = json.loads(path.read_text()) if path.exists() else {"policies": []}
    return [(each["policy"], timeless(each)) for each in told["policies"]]


EVALUATE = Work(
    name="evaluate",
    begin=lambda folder: [
        *("evaluate", "edits:random", "tiny", "--no-tasks", "--episodes", "2", "--envs", "1"),
        *("--max-steps", "3", "--max-tokens", "8", "--out", str(folder / "out"), "--json"),
    ],
    go_on=lambda folder: None,
    units=_report,
    said=lambda line: None,
    whole=lambda folder: len(_report(folder)) == 2,
)

WORKS: Sequence[Work] = (RUN, TRANSLATE, BENCH, EDITS, LM, EVALUATE)
