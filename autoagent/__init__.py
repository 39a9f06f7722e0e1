"""An object in a sandbox that runs what a language model writes and may rewrite itself."""

import os
import signal
import sys

# What takes long to import is imported where it is needed, and not to begin with.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def __getattr__(name: str) -> "Any":
    """Import what is asked for only then."""
    if name == "__version__":
        from importlib.metadata import version

        from sandbox.extras import DISTRIBUTION

        return version(DISTRIBUTION)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def _is_module() -> bool:
    """Tell whether this is ``python -m autoagent``.

    While Python looks a module up for ``-m``, that is what stands in place of its path.
    """
    return sys.argv[:1] == ["-m"] and sys.orig_argv[-len(sys.argv) :][:1] == [__name__]


def _end_when_interrupted() -> None:
    """End at Ctrl-C without a word, where this is the command, until that says what it does."""
    script, here = os.path.realpath("".join(sys.argv[:1])), os.path.dirname(sys.executable)
    as_script = script == os.path.join(os.path.realpath(here), __name__)
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if usual and (as_script or _is_module()):
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))


def _leave_current_folder() -> None:
    """Take the current folder off the path of ``python -m autoagent``: it is a user's."""
    if _is_module() and not sys.flags.safe_path and os.path.normpath(sys.path[0]) != _home():
        del sys.path[0]


def _require_rooms() -> None:
    """Raise an error that says which file hides one of our packages, if one does."""
    from importlib.util import find_spec

    for room in _ROOMS:
        spec = find_spec(room)
        if spec is None or os.path.join(_home(), room) in (spec.submodule_search_locations or ()):
            continue
        raise ImportError(
            f"{spec.origin or room} hides the package {room!r} that autoagent needs; give it "
            "another name, or keep its folder off Python's path (a script's own folder is on it "
            "unless Python is started with -P)"
        )


def _home() -> str:
    return os.path.dirname(os.path.dirname(__file__))


_end_when_interrupted()
_leave_current_folder()
_require_rooms()
