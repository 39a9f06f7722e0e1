"""An object in a sandbox that runs what a language model writes and may rewrite itself."""

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.death import Cause, Stop
from autoagent.listener import Ended
from autoagent.steps import Step
from sandbox.limits import Limits

__all__ = ["AutonomousLLM", "Budget", "Cause", "Ended", "Limits", "Step", "Stop"]
