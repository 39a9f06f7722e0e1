"""An object in a sandbox that runs what a language model writes and may rewrite itself."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoagent.agent import AutonomousLLM
    from autoagent.budget import Budget
    from autoagent.death import Cause, Stop
    from autoagent.listener import Ended
    from autoagent.steps import Step
    from sandbox.limits import Limits

__all__ = ["AutonomousLLM", "Budget", "Cause", "Ended", "Limits", "Step", "Stop"]

_HOMES = {
    "AutonomousLLM": "autoagent.agent",
    "Budget": "autoagent.budget",
    "Cause": "autoagent.death",
    "Ended": "autoagent.listener",
    "Limits": "sandbox.limits",
    "Step": "autoagent.steps",
    "Stop": "autoagent.death",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the command line must hear Ctrl-C from its start."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
