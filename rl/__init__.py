"""Training of survival policies.

::

    rollouts = Rollouts(lambda: gymnasium.make("CartPole-v1"), envs=8, seed=0)
    policy = Categorical.between(rollouts.observation_space, rollouts.action_space)
    Trainer(policy, rollouts, Settings(updates=25, lr=0.01), Path("run")).run()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rl.baselines import BASELINES, Baseline, open_baseline
    from rl.ending import Cause, Finished
    from rl.episode import Decision, Episode, Turn
    from rl.learner import Learner, Step
    from rl.memory import OutOfMemory
    from rl.policies import Categorical, Diverged, Policy, Scores
    from rl.reinforce import Reinforce, returns
    from rl.rejection import Rejection, RejectionSettings
    from rl.rollout import RolloutError, Rollouts, Stopped
    from rl.settings import Settings
    from rl.trainer import Trainer
    from rl.watcher import Unwatched, Watcher

__all__ = [
    "BASELINES",
    "Baseline",
    "Categorical",
    "Cause",
    "Decision",
    "Diverged",
    "Episode",
    "Finished",
    "Learner",
    "OutOfMemory",
    "Policy",
    "Reinforce",
    "Rejection",
    "RejectionSettings",
    "RolloutError",
    "Rollouts",
    "Scores",
    "Settings",
    "Step",
    "Stopped",
    "Trainer",
    "Turn",
    "Unwatched",
    "Watcher",
    "open_baseline",
    "returns",
]

_HOMES = {
    "BASELINES": "rl.baselines",
    "Baseline": "rl.baselines",
    "Categorical": "rl.policies",
    "Cause": "rl.ending",
    "Decision": "rl.episode",
    "Diverged": "rl.policies",
    "Episode": "rl.episode",
    "Finished": "rl.ending",
    "Learner": "rl.learner",
    "OutOfMemory": "rl.memory",
    "Policy": "rl.policies",
    "Reinforce": "rl.reinforce",
    "Rejection": "rl.rejection",
    "RejectionSettings": "rl.rejection",
    "RolloutError": "rl.rollout",
    "Rollouts": "rl.rollout",
    "Scores": "rl.policies",
    "Settings": "rl.settings",
    "Step": "rl.learner",
    "Stopped": "rl.rollout",
    "Trainer": "rl.trainer",
    "Turn": "rl.episode",
    "Unwatched": "rl.watcher",
    "Watcher": "rl.watcher",
    "open_baseline": "rl.baselines",
    "returns": "rl.reinforce",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: torch takes seconds, and commands need their options."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
