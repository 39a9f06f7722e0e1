"""Gene edits as numbered actions, and the exact model of the world that they are made in."""

from env.edits.actions import FEATURES, EditActions, survival_edits
from env.edits.model import EditModel, State
from env.edits.scripted import EDIT_SCRIPTS
from env.edits.vocabulary import Edit

__all__ = [
    "EDIT_SCRIPTS",
    "FEATURES",
    "Edit",
    "EditActions",
    "EditModel",
    "State",
    "survival_edits",
]
