"""Collects complete episodes from several environments side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import gymnasium
import torch

from rl.episode import Decision, Episode, Turn
from rl.policies.policy import Actor
from rl.seeding import episode_seeds
from rl.watcher import Unwatched, Watcher
from rl.worker import Hung, Worker
from sandbox.session import SandboxError

MOST_ATTEMPTS = 3
"""How often an episode is begun before its environment is held to be broken for good."""
CLOSING = 10.0
"""Seconds for all environments to close."""

Env = gymnasium.Env[Any, Any]
NONE: Mapping[int, Episode] = {}


class Stopped(Exception):
    """It was asked to stop before all episodes were complete."""


class RolloutError(Exception):
    """An environment failed, or hangs or breaks whatever is done."""


class Rollouts:
    """Environments that a policy lives in.

    One that hangs, or whose wall breaks, is replaced, and its episode begun anew: neither is an end
    that a policy could learn from.

    Args:
        make: Makes an environment, of any kind.
        envs: How many live side by side.
        seed: Everything random follows from it; see `rl.seeding`.
        patience: Seconds after which an environment that does not answer is replaced.

    Attributes:
        replaced: How many environments were replaced so far; may be set, to go on counting.
        env_steps: How many steps were asked for so far, those of abandoned attempts included; may
            be set, too.
        observation_space: Of the environments.
        action_space: Of the environments.
    """

    def __init__(
        self, make: Callable[[], Env], *, envs: int = 8, seed: int = 0, patience: float = 60.0
    ) -> None:
        self.replaced = 0
        self.env_steps = 0
        self._make = make
        self._seed = seed
        self._patience = patience
        first = make()
        self.observation_space = first.observation_space
        self.action_space = first.action_space
        self._idle = [Worker(first)]
        self._leaving: list[Worker] = []
        self._envs = envs

    def collect(
        self,
        policy: Actor,
        *,
        update: int,
        episodes: int,
        watcher: Watcher[Any] | None = None,
        stop: Callable[[], bool] = lambda: False,
        known: Mapping[int, Episode] = NONE,
        keep: Callable[[int, Episode], None] = lambda index, episode: None,
    ) -> list[Episode]:
        """Return that many episodes, each from its reset to its end.

        Every episode that is begun is completed, and its seed is given beforehand: taking the
        first ones that end would prefer short lives.

        Args:
            policy: Decides, for all that live at once.
            update: Part of what the episodes' seeds follow from.
            episodes: How many.
            watcher: Sees after each step how many episodes are complete.
            stop: Asked before each step.
            known: Episodes that were lived already, by their number; they are not lived again.
            keep: Given each episode, with its number, as soon as it is complete.

        Raises:
            Stopped: `stop` said so; what was lived is forgotten.
            RolloutError: An environment failed, or hangs or breaks whatever is done.
        """
        watcher = watcher or Unwatched()
        waiting = iter([index for index in range(episodes) if index not in known])
        lives: list[_Life] = []
        done = {index: known[index] for index in range(episodes) if index in known}
        try:
            while len(done) < episodes:
                if stop():
                    raise Stopped
                lives += self._begin(update, waiting, self._envs - len(lives))
                self._reset([life for life in lives if life.fresh])
                self._step(policy, [life for life in lives if not life.fresh])
                for life in (each for each in lives if each.over):
                    done[life.index] = life.episode()
                    keep(life.index, done[life.index])
                self._idle += [life.worker for life in lives if life.over]
                lives = [life for life in lives if not life.over]
                watcher.moved(update, len(done), self.env_steps)
        except BaseException:
            self._leaving += [life.worker for life in lives]  # in the midst of a step, perhaps
            raise
        return [done[index] for index in range(episodes)]

    def close(self) -> None:
        """Close all environments, but for those that hang."""
        leaving, self._idle, self._leaving = self._idle + self._leaving, [], []
        for worker in leaving:
            worker.abandon()
        deadline = time.monotonic() + CLOSING
        for worker in leaving:
            worker.join(max(0.0, deadline - time.monotonic()))

    def _begin(self, update: int, waiting: Iterator[int], most: int) -> Iterator[_Life]:
        for _, index in zip(range(most), waiting, strict=False):
            worker = self._idle.pop() if self._idle else Worker(self._make())
            yield _Life(index, worker, partial(episode_seeds, self._seed, update, index))

    def _reset(self, lives: list[_Life]) -> None:
        for life in lives:
            life.worker.ask("reset", seed=life.seed)
        for life, (observation, _info) in self._answers(lives):
            life.reset(observation)

    def _step(self, policy: Actor, lives: list[_Life]) -> None:
        if not lives:
            return
        observations = [life.observation for life in lives]
        decisions = policy.act(observations, [life.generator for life in lives])
        for life, decision in zip(lives, decisions, strict=True):
            life.decision = decision
            life.worker.ask("step", decision.action)
        self.env_steps += len(lives)
        for life, outcome in self._answers(lives):
            life.step(*outcome)

    def _answers(self, lives: Iterable[_Life]) -> Iterator[tuple[_Life, Any]]:
        """Return what came of a call; environments that hang or break are replaced instead."""
        for life in lives:
            try:
                yield life, life.worker.answer(self._patience)
            except (Hung, SandboxError) as error:
                self._replace(life, error)
            except Exception as error:
                raise RolloutError(
                    f"the environment of episode {life.index} failed at turn {len(life.turns)}: "
                    f"{type(error).__name__}: {error}"
                ) from error

    def _replace(self, life: _Life, error: Exception) -> None:
        """Begin a life anew, with the same seeds, in a new environment."""
        self.replaced += 1
        life.worker.abandon()
        if life.attempts == MOST_ATTEMPTS:
            raise RolloutError(
                f"the environment of episode {life.index} (seed {life.seed}) hung or broke "
                f"{MOST_ATTEMPTS} times, now at turn {len(life.turns)}: {error}"
            ) from error
        life.begin(Worker(self._make()))


class _Life:
    """An episode in the making."""

    def __init__(
        self, index: int, worker: Worker, draw: Callable[[], tuple[int, torch.Generator]]
    ) -> None:
        self.index = index
        self.attempts = 0
        self._draw = draw
        self.begin(worker)

    def begin(self, worker: Worker) -> None:
        """Begin, or begin anew."""
        self.worker = worker
        self.attempts += 1
        self.seed, self.generator = self._draw()
        self.fresh, self.over = True, False
        self.observation: Any = None
        self.decision: Decision
        self.turns: list[Turn] = []
        self._terminated = False
        self._info: dict[str, Any] = {}

    def reset(self, observation: Any) -> None:
        """Take the first observation."""
        self.fresh, self.observation = False, observation

    def step(
        self, observation: Any, reward: Any, terminated: bool, truncated: bool, info: dict[str, Any]
    ) -> None:
        """Take what came of the last decision."""
        harm = bool(info.get("harm"))
        self.turns.append(Turn(decision=self.decision, reward=float(reward), harm=harm))
        self.observation, self._info = observation, info
        self._terminated = bool(terminated)
        self.over = bool(terminated or truncated)

    def episode(self) -> Episode:
        """Return what was lived."""
        return Episode(
            seed=self.seed, turns=self.turns, terminated=self._terminated, info=self._info
        )
