"""What stands above and below a run that is shown: what it began with, and all that it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from autoagent.asker import CALL
from autoagent.events import moment, number
from autoagent.journal import BEGINS, Event
from autoagent.printable import printable
from autoagent.ui.words import counted

LONGEST_PROMPT = 400
"""Characters of a prompt that stand above a run."""


def print_heading(console: Console, run: str, kind: str, begun: Sequence[Event]) -> None:
    """Print what a run began with.

    Args:
        console: Where.
        run: Its id.
        kind: What it is.
        begun: The events with which it was begun and resumed; a stranger's may hold anything.
    """
    first, last = _data(begun[0]), _data(begun[-1])
    at = datetime.fromtimestamp(begun[0].at) if moment(begun[0].at) else None
    prompt = str(first.get("prompt", "")).strip()
    bounded = last if "activity" in first else first  # a search goes on within bounds of all of it
    lines = {
        "run": f"{run}, {kind}" + (f", begun {at:%Y-%m-%d %H:%M}" if at else ""),
        "prompt": prompt[:LONGEST_PROMPT] + (" […]" if len(prompt) > LONGEST_PROMPT else ""),
        "model": ", then ".join(dict.fromkeys(str(_data(each).get("llm", "")) for each in begun)),
        "seed": str(first.get("seed", "")),
        "budget": ", ".join(counted(value, name) for name, value in _bounds(bounded).items()),
    }
    for label, text in lines.items():
        if text:
            words = Text.assemble((f"{label:>8} ", "dim"), printable(text))
            console.print(words, soft_wrap=True)


def print_totals(console: Console, events: Iterable[Event]) -> None:
    """Print what a run took, over all resumes, and how often an answer was asked for anew."""
    begun, problems = 0, Counter[str]()
    spent = dict.fromkeys(("steps", "questions", "tokens", "cost", "seconds"), 0.0)
    for event in events:
        data = _data(event)
        begun += event.kind in BEGINS
        spent["steps"] += event.kind == "outcome"
        if event.kind == CALL:
            spent["questions"] += 1
            spent["tokens"] += _number(data, "tokens_in") + _number(data, "tokens_out")
            spent["cost"] += _number(data, "cost")
            if isinstance(data.get("problem"), str):
                problems[data["problem"]] += 1
        if event.kind == "end" and isinstance(data.get("spent"), dict):
            spent["seconds"] += _number(data["spent"], "seconds")
    if not spent["steps"]:
        del spent["steps"]  # a search has none
    if not spent["cost"]:
        del spent["cost"]
    spent["seconds"] = round(spent["seconds"], 1)
    told = ", ".join(counted(value, name) for name, value in spent.items())
    resumed = f", resumed {begun - 1} times" if begun > 2 else ", resumed once" * (begun == 2)
    if problems:
        why = ", ".join(f"{count} {problem}" for problem, count in problems.items())
        words = f"not taken at once: {counted(problems.total(), 'answers')} ({why})"
        console.print(Text(printable(words), style="dim"), soft_wrap=True)
    console.print(Text(f"in all: {told}{resumed}", style="dim"), soft_wrap=True)


def _bounds(begun: dict[str, Any]) -> dict[str, float]:
    """Return what bounds a run as it was begun or resumed, whatever its kind."""
    settings = _dictionary(begun.get("settings"))
    told = {
        **_dictionary(begun.get("budget")),
        "questions": begun.get("calls", settings.get("calls")),
        "evaluations": begun.get("evaluations"),
    }
    return {name.replace("_", " "): value for name, value in told.items() if number(value)}


def _data(event: Event) -> dict[str, Any]:
    return _dictionary(event.data)


def _dictionary(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(data: dict[str, Any], name: str) -> float:
    value = data.get(name)
    return value if number(value) else 0  # type: ignore[return-value]
