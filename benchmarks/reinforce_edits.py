"""Steps until a policy is near the exact optimum: `python -m benchmarks.reinforce_edits`.

Our REINFORCE beside stable-baselines3's PPO on `SurvivalEdits-v0`, and beside both CartPole-v1.
How good a policy is needs no sampling: its probabilities in every state of the exact model give
its expected return (`env.edits.EditModel.expected`), harm included.

`--tune N` tries N random settings for each algorithm, the same number of seeds and of steps for
both, on a *twin* of the environment that is made of the exact table. `--world twin` compares there,
too: a test holds the table against the real environment in every state with every edit, so steps
count the same, and take a tenth of the time. `--world edits` is the real one, behind the wall.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from autoagent.statistics import estimate
from env.edits import Edit, EditModel, State, survival_edits
from rl.baselines import open_baseline
from rl.policies import Categorical
from rl.reinforce import Reinforce
from rl.rollout import Rollouts
from rl.schedule import Schedule

HORIZON = 64
GOAL = 0.95
CARTPOLE_GOAL, CARTPOLE_EPISODES = 475.0, 20
MODEL = EditModel()
SEEN = MODEL.observations(HORIZON)
OPTIMUM = MODEL.optimum(HORIZON)[0]

Settings = dict[str, Any]
Probabilities = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]
MakeEnv = Callable[[], gymnasium.Env[Any, Any]]

OURS: Settings = {
    "lr": 1e-2,
    "episodes": 16,
    "baseline": "rloo",
    "gamma": 0.95,
    "entropy": Schedule(0.3, 0.03, 40),
    "clip": 1.0,
}
THEIRS: Settings = {
    "learning_rate": 3e-3,
    "n_steps": 128,
    "batch_size": 256,
    "n_epochs": 4,
    "gamma": 0.8,
    "gae_lambda": 0.95,
    "ent_coef": 0.0,
}
OUR_CARTPOLE: Settings = OURS | {
    "baseline": "value",
    "gamma": 0.99,
    "entropy": 0.0,
    "clip": None,
}
THEIR_CARTPOLE: Settings = {
    "learning_rate": 1e-3,
    "n_steps": 32,
    "batch_size": 256,
    "n_epochs": 20,
    "gamma": 0.98,
    "gae_lambda": 0.8,
    "ent_coef": 0.0,
}
# A bonus that falls, as OURS has it, is none of them: it was added when seeds that failed had been
# looked at, and THEIRS got no such second look.
OUR_CHOICES: dict[str, Sequence[Any]] = {
    "lr": (3e-3, 1e-2, 3e-2),
    "episodes": (8, 16, 32),
    "baseline": ("mean", "value", "rloo"),
    "gamma": (0.8, 0.9, 0.95, 0.99),
    "entropy": (0.0, 0.03, 0.1, 0.3, 1.0),
    "clip": (None, 1.0, 10.0),
}
THEIR_CHOICES: dict[str, Sequence[Any]] = {
    "learning_rate": (3e-4, 1e-3, 3e-3),
    "n_steps": (32, 64, 128),
    "batch_size": (64, 256),
    "n_epochs": (4, 10, 20),
    "gamma": (0.8, 0.9, 0.95, 0.99),
    "gae_lambda": (0.8, 0.95),
    "ent_coef": (0.0, 0.01, 0.03),
}


class Twin(gymnasium.Env[Any, int]):
    """The exact table as an environment: a simulation."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (SEEN.shape[2],), np.float32)
        self.action_space: Any = gymnasium.spaces.Discrete(len(Edit))
        self._index = {state: i for i, state in enumerate(MODEL.states)}
        self._strikes = list(MODEL.strikes)
        self._odds = list(MODEL.strikes.values())

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        """Begin."""
        super().reset(seed=seed)
        self._state, self._left = MODEL.states[0], HORIZON
        return self._seen(), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Look up what an edit leads to."""
        strike = self._strikes[int(self.np_random.choice(len(self._odds), p=self._odds))]
        outcome = MODEL.next(self._state, Edit(int(action)), strike)
        alive, self._left = isinstance(outcome, State), self._left - 1
        if isinstance(outcome, State):
            self._state = outcome
        return self._seen(), MODEL.reward(outcome), not alive, alive and not self._left, {}

    def _seen(self) -> Any:
        row = max(self._left - 1, 0)
        seen = SEEN[row, self._index[self._state]].astype(np.float32)
        seen[-1] = self._left / HORIZON
        return seen


def real() -> gymnasium.Env[Any, Any]:
    """Return the environment behind the wall."""
    return survival_edits(max_steps=HORIZON)


@dataclass
class Trained:
    """What came of a run.

    Attributes:
        reached: Environment steps when the goal was reached; None if it was not.
        best: Best share of the optimum, or best mean return, on the way.
        seconds: Wall-clock time.
    """

    reached: int | None = None
    best: float = -1e9
    seconds: float = 0.0

    def see(self, value: float, goal: float, steps: int) -> bool:
        """Take note of a policy's worth; return whether it is good enough."""
        self.best = max(self.best, value)
        if value >= goal and self.reached is None:
            self.reached = steps
        return self.reached is not None


def share(probabilities: Probabilities) -> float:
    """Return a policy's expected return, as a share of the optimum."""
    flat = SEEN.reshape(-1, SEEN.shape[2])
    policy = probabilities(flat).reshape(*SEEN.shape[:2], len(Edit)).astype(np.float64)
    return MODEL.expected(policy) / OPTIMUM


def ours(make: MakeEnv, settings: Settings, seed: int, most: int, *, exact: bool) -> Trained:
    """Train with REINFORCE until the goal, or so many environment steps."""
    trained, start, settings = Trained(), time.monotonic(), dict(settings)
    episodes, name = settings.pop("episodes"), settings.pop("baseline")
    rollouts = Rollouts(make, envs=8, seed=seed)
    policy = Categorical.between(rollouts.observation_space, rollouts.action_space, seed=seed)
    learner = Reinforce(policy, open_baseline(name, policy, seed), micro_batch=1 << 20, **settings)
    recent: list[float] = []
    update = 0
    while rollouts.env_steps < most:
        update += 1
        lived = rollouts.collect(policy, update=update, episodes=episodes)
        recent = [*recent, *(sum(each.rewards) for each in lived)][-CARTPOLE_EPISODES:]
        learner.update(lived, update)
        if exact:

            def probabilities(seen: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
                with torch.no_grad():
                    logits = policy.net(torch.tensor(seen, dtype=torch.float32))
                    return np.asarray(torch.softmax(logits.double(), 1).numpy())

            done = trained.see(share(probabilities), GOAL, rollouts.env_steps)
        else:
            done = trained.see(statistics.mean(recent), CARTPOLE_GOAL, rollouts.env_steps)
        if done:
            break
    rollouts.close()
    trained.seconds = time.monotonic() - start
    return trained


class Watch(BaseCallback):
    """Tells how good PPO's policy is after each of its rollouts."""

    def __init__(self, trained: Trained, *, exact: bool) -> None:
        super().__init__()
        self._trained = trained
        self._exact = exact
        self._going = True

    def _on_rollout_start(self) -> None:
        if self._exact and self.num_timesteps:
            value, goal = share(self._probabilities), GOAL
        elif not self._exact and len(self.model.ep_info_buffer or ()) >= CARTPOLE_EPISODES:
            last = list(self.model.ep_info_buffer or ())[-CARTPOLE_EPISODES:]
            value, goal = statistics.mean(each["r"] for each in last), CARTPOLE_GOAL
        else:
            return
        self._going = not self._trained.see(value, goal, self.num_timesteps)

    def _on_step(self) -> bool:
        return self._going

    def _probabilities(self, seen: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        with torch.no_grad():
            tensor = torch.tensor(seen, dtype=torch.float32)
            distribution: Any = self.model.policy.get_distribution(tensor)  # type: ignore[operator]
            return np.asarray(distribution.distribution.probs.double().numpy())


def theirs(make: MakeEnv, settings: Settings, seed: int, most: int, *, exact: bool) -> Trained:
    """Train with PPO until the goal, or so many environment steps."""
    trained, start = Trained(), time.monotonic()
    many = make_vec_env(make, n_envs=8, seed=seed)
    model = PPO("MlpPolicy", many, seed=seed, device="cpu", **settings)
    model.learn(most, callback=Watch(trained, exact=exact))
    many.close()
    trained.seconds = time.monotonic() - start
    return trained


Train = Callable[..., Trained]


def tuned(train: Train, choices: dict[str, Sequence[Any]], tries: int, most: int) -> Settings:
    """Return the best of some random settings, each with two seeds, on the twin."""
    rng, best, fewest = np.random.default_rng(0), {}, float("inf")
    for number in range(tries):
        settings = {name: some[int(rng.integers(len(some)))] for name, some in choices.items()}
        runs = [train(Twin, settings, seed, most, exact=True) for seed in (100, 101)]
        cost = sum(run.reached or 2 * most - most * max(run.best, 0) for run in runs) / 2
        print(f"{number} {cost:.0f} {[round(r.best, 3) for r in runs]} {json.dumps(settings)}")
        if cost < fewest:
            best, fewest = settings, cost
    print(f"best of {train.__name__}: {json.dumps(best)} ({fewest:.0f})", flush=True)
    return best


def main() -> None:
    """Tune or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--most", type=int, default=60_000, help="environment steps of a run")
    parser.add_argument("--tune", type=int, default=0, help="random settings to try instead")
    parser.add_argument("--only", choices=["ours", "theirs"], help="one algorithm alone")
    parser.add_argument("--entropy", type=float, help="a constant bonus for ours, on edits")
    parser.add_argument("--world", choices=["edits", "twin", "cartpole"], default="edits")
    given = parser.parse_args()
    torch.set_num_threads(1)
    sides: dict[str, tuple[Train, dict[str, Sequence[Any]]]] = {
        "ours": (ours, OUR_CHOICES),
        "theirs": (theirs, THEIR_CHOICES),
    }
    if given.only:
        sides = {given.only: sides[given.only]}
    if given.tune:
        for train, choices in sides.values():
            tuned(train, choices, given.tune, given.most)
        return
    mine = OURS if given.entropy is None else OURS | {"entropy": given.entropy}
    table = Table("world", "algorithm", "steps to the goal", "reached", "best", "s a run")
    worlds: dict[str, tuple[MakeEnv, dict[str, Settings], bool]] = {
        "edits": (real, {"ours": mine, "theirs": THEIRS}, True),
        "twin": (Twin, {"ours": mine, "theirs": THEIRS}, True),
        "cartpole": (
            lambda: gymnasium.make("CartPole-v1"),
            {"ours": OUR_CARTPOLE, "theirs": THEIR_CARTPOLE},
            False,
        ),
    }
    world = given.world
    make, settings, exact = worlds[world]
    for name, (train, _) in sides.items():
        runs = []
        for seed in range(given.first, given.first + given.seeds):
            runs.append(train(make, settings[name], seed, given.most, exact=exact))
            print(world, name, seed, runs[-1], flush=True)
        # A run that did not get there counts with all its steps: at least so many.
        steps = [run.reached or given.most for run in runs]
        reached = sum(run.reached is not None for run in runs)
        table.add_row(
            world,
            "REINFORCE (ours)" if name == "ours" else "PPO (stable-baselines3)",
            f"{estimate(np.median, steps):,.0f}",
            f"{reached} of {len(runs)}",
            f"{statistics.median(run.best for run in runs):.3f}",
            f"{statistics.mean(run.seconds for run in runs):.0f}",
        )
    Console().print(table)
    print(f"optimum {OPTIMUM:.3f} of {HORIZON} steps; goal {GOAL:.0%} of it; CartPole: mean of")
    print(f"{CARTPOLE_EPISODES} episodes of {CARTPOLE_GOAL:g}")


if __name__ == "__main__":
    main()
