"""Runs that share a past: which was forked from which, and after what step."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from autoagent.events import count
from autoagent.journal import Journal
from autoagent.view.catalogue import told

MOST = 40
"""Branches that are shown."""
_FORKS = f"""SELECT run, {told("$.forked.run")}, {told("$.forked.step")} FROM events
    WHERE kind = 'run' AND instr(data, '"forked"') > 0"""


@dataclass(frozen=True, slots=True)
class Branch:
    """A run among those that share its past.

    Attributes:
        run: Its id.
        parent: The run that it was forked from; None if it is the first.
        step: The step after which it goes its own way.
    """

    run: str
    parent: str | None
    step: int


def branches(journal: Journal, run: str) -> list[Branch]:
    """Return a run with all that share its past, each after the one that it was forked from.

    Raises:
        JournalError: They cannot be read.
    """
    origin = {
        child: (parent, step)
        for child, parent, step in journal.select(_FORKS)
        if _is_id(child) and _is_id(parent) and count(step)
    }
    children = defaultdict[str, list[str]](list)
    for child, (parent, _) in origin.items():
        children[parent].append(child)
    root, met = run, {run}
    while root in origin and origin[root][0] not in met:
        root = origin[root][0]
        met.add(root)
    found, waiting, known = list[Branch](), [root], set[str]()
    while waiting and len(found) < MOST:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            parent, step = origin.get(name, (None, 0)) if name != root else (None, 0)
            found.append(Branch(name, parent, step))
            waiting += sorted(children[name], key=lambda each: origin[each][1])
    return found


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{8}", value) is not None
