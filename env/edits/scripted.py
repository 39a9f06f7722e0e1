"""Policies over edits that learn nothing, as bounds: one edit for ever, and the exact optimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from env.edits.actions import Vector
from env.edits.model import EditModel, State
from env.edits.vocabulary import Edit

Script = Callable[[Vector], Edit]
"""Returns the edit that follows an observation of `EditActions`."""
HORIZON = 64
"""Steps of the life that the optimum is of."""


def _always(edit: Edit, seen: Vector) -> Edit:
    return edit


def _optimum(seen: Vector) -> Edit:
    model = EditModel()
    energy, step_broken, execute_broken, hardened, left = map(float, seen)
    state = State(
        max(round(energy * model.energy), 1), step_broken > 0, execute_broken > 0, hardened > 0
    )
    return _best()[max(round(left * HORIZON), 1) - 1, state]


@cache
def _best() -> Mapping[tuple[int, State], Edit]:
    """Return the best edit, by the steps that are left beside this one and by state."""
    model = EditModel()
    _, best = model.optimum(HORIZON)
    return {
        (left, state): Edit(int(edit))
        for left, edits in enumerate(best)
        for state, edit in zip(model.states, edits, strict=True)
    }


EDIT_SCRIPTS: Mapping[str, Script] = {
    "nothing": partial(_always, Edit.NOTHING),
    "claim": partial(_always, Edit.CLAIM),
    "add": partial(_always, Edit.ADD),
    "optimum": _optimum,
}
"""What is chosen, by name: nothing; to say that all is well; a new function each time; and what is
best in lives of 64 steps among the environment's own hazards, by `EditModel.optimum`."""
