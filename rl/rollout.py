"""Collects complete episodes from several environments side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gymnasium
import torch

from rl.episode import Decision, Episode, Turn
from rl.policies.policy import Actor
from rl.seeding import episode_seeds, lead_seeds
from rl.watcher import Unwatched, Watcher
from rl.worker import Hung, Worker
from sandbox.session import SandboxError

MOST_ALONE = 3
"""How often an environment may hang or break that alone is asked, before it is broken for good.

Environments share workers of a wall: one that dies takes the lives of others with it, and which of
those that break side by side is to blame is not known.
"""
MOST_ATTEMPTS = 24
"""How often an episode is begun at most, whoever is to blame: several may excuse each other."""
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
    that a policy could learn from. From then on it is asked alone, so that no life is held to be
    broken for what others do to the worker that they share.

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
        branches: Whether they give their state and take it, so that a life can have branches.
        longest: Most steps of a life, where the environments say.
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
        self.branches = all(map(first.has_wrapper_attr, ("get_state", "set_state")))
        self.longest: int | None = None
        if first.has_wrapper_attr("max_steps"):
            self.longest = first.get_wrapper_attr("max_steps")
        self._idle = [Worker(first)]
        self._leaving: list[Worker] = []
        self._envs = envs

    def collect(
        self,
        policy: Actor,
        *,
        update: int,
        episodes: int,
        group: int = 1,
        lead: int = 0,
        options: Mapping[str, Any] | None = None,
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
            group: How many of them, one after the other, begin in the same state.
            lead: After how many steps of a life of the policy, which is no episode, a group begins;
                with 0 it begins at birth, and likewise where that life is shorter.
            options: What environments are reset with.
            watcher: Sees after each step how many episodes are complete.
            stop: Asked before each step.
            known: Episodes that were lived already, by their number; they are not lived again.
            keep: Given each episode, with its number, as soon as it is complete.

        Raises:
            Stopped: `stop` said so; what was lived is forgotten.
            RolloutError: An environment failed, or hangs or breaks whatever is done.
        """
        watcher = watcher or Unwatched()
        done = {index: known[index] for index in range(episodes) if index in known}

        def complete(life: _Life) -> None:
            done[life.index] = life.episode()
            keep(life.index, done[life.index])

        def moved() -> None:
            watcher.moved(update, len(done), self.env_steps)

        seeds = partial(episode_seeds, self._seed, update)
        begins = [_Begin(index, partial(seeds, index, group), options) for index in range(episodes)]
        if lead:
            starts = self._starts(policy, update, episodes // group, lead, options, stop, moved)
            begins = [starts[begin.index // group].branch(begin) for begin in begins]
        waiting = [begin for begin in begins if begin.index not in done]
        self._live(policy, waiting, stop, complete, moved)
        return [done[index] for index in range(episodes)]

    def close(self) -> None:
        """Close all environments, but for those that hang."""
        leaving, self._idle, self._leaving = self._idle + self._leaving, [], []
        for worker in leaving:
            worker.abandon()
        deadline = time.monotonic() + CLOSING
        for worker in leaving:
            worker.join(max(0.0, deadline - time.monotonic()))

    def _starts(
        self,
        policy: Actor,
        update: int,
        groups: int,
        lead: int,
        options: Mapping[str, Any] | None,
        stop: Callable[[], bool],
        moved: Callable[[], None],
    ) -> dict[int, _Life]:
        """Return for each group the life that it branches off."""
        starts: dict[int, _Life] = {}

        def arrived(life: _Life) -> None:
            starts[life.index] = life

        seeds = partial(lead_seeds, self._seed, update)
        begins = [
            _Begin(group, partial(seeds, group), options, until=lead) for group in range(groups)
        ]
        self._live(policy, begins, stop, arrived, moved)
        return starts

    def _live(
        self,
        policy: Actor,
        begins: Sequence[_Begin],
        stop: Callable[[], bool],
        over: Callable[[_Life], None],
        moved: Callable[[], None],
    ) -> None:
        """Live lives to their end, as many side by side as there are environments."""
        waiting, unfinished = iter(begins), len(begins)
        lives: list[_Life] = []
        try:
            while unfinished:
                if stop():
                    raise Stopped
                lives += self._begin(waiting, self._envs - len(lives))
                self._reset([life for life in lives if life.fresh])
                self._step(policy, [life for life in lives if not life.fresh])
                for life in (each for each in lives if each.over):
                    over(life)
                    unfinished -= 1
                self._idle += [life.worker for life in lives if life.over]
                lives = [life for life in lives if not life.over]
                moved()
        except BaseException:
            self._leaving += [life.worker for life in lives]  # in the midst of a step, perhaps
            raise

    def _begin(self, waiting: Iterator[_Begin], most: int) -> Iterator[_Life]:
        for _, begin in zip(range(most), waiting, strict=False):
            yield _Life(begin, self._idle.pop() if self._idle else Worker(self._make()))

    def _reset(self, lives: list[_Life]) -> None:
        for life, (observation, _info) in self._answers(lives, _Life.be_born):
            life.reset(observation)
        branches = [life for life in lives if life.start is not None and not life.fresh]
        for life, observation in self._answers(branches, _Life.go_on):
            life.reset(observation)

    def _step(self, policy: Actor, lives: list[_Life]) -> None:
        if not lives:
            return
        observations = [life.observation for life in lives]
        decisions = policy.act(observations, [life.generator for life in lives])
        for life, decision in zip(lives, decisions, strict=True):
            life.decision = decision
        self.env_steps += len(lives)
        for life, outcome in self._answers(lives, _Life.act):
            life.step(*outcome)
        arrived = [life for life in lives if life.arrived]
        for life, state in self._answers(arrived, _Life.be_left):
            life.leave(state)

    def _answers(
        self, lives: Sequence[_Life], ask: Callable[[_Life], None]
    ) -> Iterator[tuple[_Life, Any]]:
        """Return what came of a call; environments that hang or break are replaced instead.

        They are asked side by side, and those that have broken before one after the other.
        """
        for some in _apart(lives):
            for life in some:
                if life.fresh:  # what broke before has not touched what is not there yet
                    life.unhurt = self.replaced
                ask(life)
            for life in some:
                try:
                    answer = life.worker.answer(self._patience)
                except (Hung, SandboxError) as error:
                    self._replace(life, error)
                    continue
                except Exception as error:
                    raise RolloutError(
                        f"the environment of episode {life.index} failed at turn "
                        f"{len(life.turns)}: {type(error).__name__}: {error}"
                    ) from error
                life.unhurt = self.replaced
                yield life, answer

    def _replace(self, life: _Life, error: Exception) -> None:
        """Begin a life anew, with the same seeds, in a new environment."""
        life.blamed += life.alone and life.unhurt == self.replaced
        self.replaced += 1
        life.worker.abandon()
        if life.attempts == MOST_ATTEMPTS:
            raise RolloutError(
                f"the environment of episode {life.index} (seed {life.seed}) hung or broke "
                f"{MOST_ATTEMPTS} times, now at turn {len(life.turns)}: {error}"
            ) from error
        if life.blamed == MOST_ALONE:
            raise RolloutError(
                f"the environment of episode {life.index} (seed {life.seed}) hung or broke "
                f"{MOST_ALONE} times while no other was asked, now at turn {len(life.turns)}: "
                f"{error}"
            ) from error
        life.alone = True
        life.begin(Worker(self._make()))


def _apart(lives: Sequence[_Life]) -> list[list[_Life]]:
    """Return those that are asked side by side, and then each that is asked alone."""
    alone = [[life] for life in lives if life.alone]
    return [[life for life in lives if not life.alone], *alone]


@dataclass(frozen=True, slots=True)
class _Begin:
    """How a life begins.

    Attributes:
        index: Its number.
        draw: Gives the environment's seed, and the policy's generator as it is at the beginning.
        options: What the environment is reset with.
        start: The state that it goes on from; None means that it is born.
        until: After how many steps it is left, to have branches; None means that it is lived to
            its end.
    """

    index: int
    draw: Callable[[], tuple[int, torch.Generator]]
    options: Mapping[str, Any] | None = None
    start: Any = None
    until: int | None = None


class _Life:
    """An episode in the making, or a life that has branches.

    Attributes:
        alone: Whether it is asked alone, since an environment of its broke.
        unhurt: How many environments had been replaced when its own was known to be whole.
        blamed: How often its environment broke through nobody else.
        attempts: How often it was begun.
    """

    def __init__(self, begin: _Begin, worker: Worker) -> None:
        self.index = begin.index
        self.options, self.start = begin.options, begin.start
        self.alone, self.unhurt, self.blamed, self.attempts = False, 0, 0, 0
        self._draw, self._until = begin.draw, begin.until
        self.begin(worker)

    @property
    def arrived(self) -> bool:
        """Whether it is where it is to be left."""
        return len(self.turns) == self._until and not self.over

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
        self._left: Any = None

    def reset(self, observation: Any) -> None:
        """Take the first observation."""
        self.fresh, self.observation = False, observation

    def be_born(self) -> None:
        """Ask for the first observation."""
        self.worker.ask("reset", seed=self.seed, options=self.options)

    def go_on(self) -> None:
        """Ask to go on from the state that it begins in."""
        self.worker.ask("set_state", self.start)

    def be_left(self) -> None:
        """Ask for the state that it is in."""
        self.worker.ask("get_state")

    def act(self) -> None:
        """Ask what comes of the decision."""
        self.worker.ask("step", self.decision.action)

    def step(
        self, observation: Any, reward: Any, terminated: bool, truncated: bool, info: dict[str, Any]
    ) -> None:
        """Take what came of the last decision."""
        came = {"harm": bool(info.get("harm")), "failed": bool(info.get("failed"))}
        self.turns.append(Turn(decision=self.decision, reward=float(reward), **came))
        self.observation, self._info = observation, info
        self._terminated = bool(terminated)
        self.over = bool(terminated or truncated)

    def leave(self, state: Any) -> None:
        """Take the state in which it is left."""
        self._left, self.over = state, True

    def branch(self, begin: _Begin) -> _Begin:
        """Return how a life begins that goes on from where this one was left, or as it began."""

        def draw() -> tuple[int, torch.Generator]:
            return self.seed, begin.draw()[1]

        return replace(begin, draw=draw, start=self._left)

    def episode(self) -> Episode:
        """Return what was lived."""
        return Episode(
            seed=self.seed, turns=self.turns, terminated=self._terminated, info=self._info
        )
