"""What stands at the head of a run's page: what it began with, and what it took in all."""

from __future__ import annotations

from typing import Any

from autoagent.events import number
from autoagent.journal import BEGINS, Journal

MOST_ROWS = 100
"""Steps that are sent at once."""
LONGEST = 300
_NAMES = ("llm", "seed", "temperature", "max_tokens", "sandbox", "policy", "on_harm", "skills")
LABELS = {"llm": "model", "max_tokens": "longest answer", "sandbox": "wall", "on_harm": "on harm"}


def about(journal: Journal, run: str) -> dict[str, str]:
    """Return the settings of a run that people ask for, in words, as the last resumption has them.

    Raises:
        JournalError: They cannot be read.
    """
    settings: dict[str, Any] = {}
    for event in journal.events(run, *BEGINS):
        settings |= event.data if isinstance(event.data, dict) else {}
    found = {name: settings[name] for name in _NAMES if name in settings}
    budget = settings.get("budget")
    if isinstance(budget, dict):
        bounds = [f"{value:g} {name}" for name, value in budget.items() if number(value)]
        found["budget"] = ", ".join(bounds) or "none"
    genome = settings.get("genome")
    if isinstance(genome, dict):
        found["genome"] = genome.get("name", "")
    forked = settings.get("forked")
    if isinstance(forked, dict):
        found["forked from"] = f"{forked.get('run')}, step {forked.get('step')}"
    words = {LABELS.get(name, name): _words(value) for name, value in found.items()}
    return {name: value for name, value in words.items() if value}


def spent(journal: Journal, run: str) -> dict[str, float]:
    """Return what a run took, over all its ends.

    Raises:
        JournalError: It cannot be read.
    """
    total: dict[str, float] = {}
    for event in journal.events(run, "end"):
        told = event.data.get("spent") if isinstance(event.data, dict) else None
        for name, value in told.items() if isinstance(told, dict) else ():
            if number(value):
                total[str(name)[:LONGEST]] = total.get(str(name)[:LONGEST], 0) + value
    return {name: value for name, value in total.items() if value}


def _words(value: object) -> str:
    told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return told[:LONGEST]
