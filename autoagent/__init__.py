"""An object in a sandbox that runs what a language model writes and may rewrite itself."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoagent.agent import AutonomousLLM
    from autoagent.budget import Budget
    from autoagent.death import Cause, Stop
    from autoagent.ended import Ended
    from autoagent.steps import Step
    from sandbox.limits import Limits

    __version__: str

__all__ = ["AutonomousLLM", "Budget", "Cause", "Ended", "Limits", "Step", "Stop"]

_HOMES = {
    "AutonomousLLM": "autoagent.agent",
    "Budget": "autoagent.budget",
    "Cause": "autoagent.death",
    "Ended": "autoagent.ended",
    "Limits": "sandbox.limits",
    "Step": "autoagent.steps",
    "Stop": "autoagent.death",
}
_ROOMS = ("sandbox", "env", "genetic", "rl")


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the command line must hear Ctrl-C from its start."""
    if name == "__version__":
        from importlib.metadata import version

        from sandbox.extras import DISTRIBUTION

        return version(DISTRIBUTION)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def _leave_current_folder() -> None:
    """Take the current folder off the path of ``python -m autoagent``: it is a user's.

    While Python looks a module up for ``-m``, that is what stands in place of its path.
    """
    as_command = sys.argv[:1] == ["-m"] and sys.orig_argv[-len(sys.argv) :][:1] == [__name__]
    if as_command and not sys.flags.safe_path and Path(sys.path[0]) != _home():
        del sys.path[0]


def _require_rooms() -> None:
    """Raise an error that says which file hides one of our packages, if one does."""
    for room in _ROOMS:
        spec = find_spec(room)
        if spec is None or str(_home() / room) in (spec.submodule_search_locations or ()):
            continue
        raise ImportError(
            f"{spec.origin or room} hides the package {room!r} that autoagent needs; give it "
            "another name, or keep its folder off Python's path (a script's own folder is on it "
            "unless Python is started with -P)"
        )


def _home() -> Path:
    return Path(__file__).parent.parent


_leave_current_folder()
_require_rooms()
