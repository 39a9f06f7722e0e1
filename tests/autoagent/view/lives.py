"""Journals that look as if somebody had lived in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from autoagent.genome import Genome
from autoagent.journal import Data, Journal

BUILD = "0" * 64
BIRTH = Genome({"step": "def step(self):\n    self.execute_code(self.call_llm('?'))\n"})
SETTINGS: Data = {
    "llm": "smollm2",
    "server": None,
    "sandbox": "wasm",
    "wall": {"image": None, "runtime": None, "unsafe": False},
    "build": BUILD,
    "seed": 0,
    "temperature": 0.3,
    "max_tokens": 256,
    "approve": False,
    "budget": {"steps": 20, "tokens": None},
    "prompt": "Count to ten",
    "policy": "strict",
    "on_harm": "death",
    "limits": {"fuel": 10**11, "memory_mb": 256, "wall_seconds": 10.0, "output_bytes": 65536},
    "skills": [],
}
SPENT = {"steps": 0, "tokens": 0, "seconds": 1.5, "cost": 0.0, "skill_calls": 0}
END: Data = {"cause": "budget", "detail": "", "limit": "steps", "spent": SPENT}
Change = Callable[[str, Data], Data]


def unchanged(kind: str, data: Data) -> Data:
    return data


def lived(
    db: Path, steps: int = 3, *, change: Change = unchanged, ended: bool = True, **settings: Any
) -> str:
    """Write a life of so many steps, every third of which rewrites it; return the run's id.

    Args:
        db: The journal.
        steps: How many.
        change: Changes the data of events of a kind before they are written.
        ended: Whether it has stopped.
        settings: What is unlike the usual.
    """
    with closing(Journal(db)) as journal:
        run = journal.begin(change("run", SETTINGS | settings))
        events = [("born", change("born", born()))]
        genome = BIRTH
        for number in range(1, steps + 1):
            told, after = turn(number, genome, change)
            events += told
            if after != genome or number == 1:
                journal.append(run, events, after)
                events = []
            genome = after
        asked = {"step": steps + 1, "query": "What next?", "genome": genome.hash}
        events.append(("heartbeat", change("heartbeat", asked)))
        if ended:
            spent = {"spent": SPENT | {"steps": steps}}
            events.append(("end", change("end", END | spent)))
        journal.append(run, events, BIRTH)
    return run


def born() -> Data:
    return {
        "prompt": "Count to ten",
        "policy": "strict",
        "seed": 0,
        "output_bytes": 65536,
        "skills": {},
        "build": BUILD,
        "now": 0.0,
    }


def step(journal: Journal, run: str, number: int, genome: Genome) -> Genome:
    """Write what comes of a step that was asked for, and the next question; return the genome."""
    (_, *events), after = turn(number, genome)
    asked = {"step": number + 1, "query": "What next?", "genome": after.hash}
    journal.append(run, [*events, ("heartbeat", asked)], after)
    return after


def turn(
    number: int, genome: Genome, change: Change = unchanged
) -> tuple[list[tuple[str, Data]], Genome]:
    """Return the events of a step, and the genome after it."""
    rewrites = number % 3 == 0
    after = genome.changed({f"count{number}": f"def count{number}():\n    return {number}\n"})
    answer = f"```python\nprint({number})\n```"
    call = {
        "text": answer,
        "tokens_in": 100,
        "tokens_out": 10,
        "finish": "stop",
        "model": "smollm2",
        "cost": 0.0,
        "shortened": False,
        "temperature": 0.3,
        "seed": number,
        "key": f"life.{number}:0",
        "digest": "",
        "problem": None,
    }
    reply = {"text": answer, "verdict": [], "now": 0.0, "told": {"left": {"steps": 20 - number}}}
    outcome = {
        "step": number,
        "harm": [],
        "stdout": f"{number}\n",
        "error": "ZeroDivisionError: division by zero" if number % 5 == 0 else "",
        "genome": (after if rewrites else genome).hash,
        "changed": [f"count{number}"] if rewrites else [],
        "state": [],
        "alive": True,
        "cause": None,
        "fuel": 1000,
        "ms": 1500.0,
    }
    asked = {"step": number, "query": f"What next, after {number - 1}?", "genome": genome.hash}
    events = {"heartbeat": asked, "call": call, "reply": reply, "outcome": outcome}
    return [(kind, change(kind, data)) for kind, data in events.items()], (
        after if rewrites else genome
    )
