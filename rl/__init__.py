"""Training of survival policies.

::

    rollouts = Rollouts(lambda: gymnasium.make("CartPole-v1"), envs=8, seed=0)
    policy = Categorical.between(rollouts.observation_space, rollouts.action_space)
    Trainer(policy, rollouts, Settings(updates=25, lr=0.01), Path("run")).run()
"""

from rl.baselines import BASELINES, Baseline, open_baseline
from rl.ending import Cause, Finished
from rl.episode import Decision, Episode, Turn
from rl.memory import OutOfMemory
from rl.policies import Categorical, Diverged, Policy, Scores
from rl.reinforce import Reinforce, Step, returns
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
    "OutOfMemory",
    "Policy",
    "Reinforce",
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
