"""A training run: rollouts, updates, a folder in which all of it is kept.

::

    settings.json   what the run was begun with
    checkpoint.pt   all that an exact resume takes, after the last update
    policy/         the policy, usable without the trainer; written when the run stops
    log.jsonl       a line for each update
    tensorboard/    the same for TensorBoard
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import torch

from autoagent.files import write_json
from rl.baselines import open_baseline
from rl.checkpoint import (
    CheckpointError,
    load_json,
    load_state,
    open_folder,
    save_folder,
    save_state,
)
from rl.logs import Figures, RunLog, lived
from rl.memory import told_when_out_of_memory
from rl.policies.policy import Diverged, Policy
from rl.reinforce import Reinforce
from rl.rollout import Rollouts, Stopped
from rl.settings import Settings, differences

SETTINGS = "settings.json"
CHECKPOINT = "checkpoint.pt"
POLICY = "policy"


class Cause(StrEnum):
    """Why a run stopped."""

    UPDATES = "updates"
    SECONDS = "seconds"
    ENV_STEPS = "env_steps"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come, over all resumes."""

    update: int = 0
    episodes: int = 0
    env_steps: int = 0
    replaced: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a run stopped.

    Attributes:
        cause: Why.
        detail: The same in words.
        progress: How far it came.
        last: The last update's figures, if there was one since the run began or was resumed.
    """

    cause: Cause
    detail: str
    progress: Progress
    last: Figures | None

    def as_dict(self) -> dict[str, Any]:
        """Return this as plain data."""
        last = None if self.last is None else self.last.as_dict()
        data = {"cause": self.cause.value, "detail": self.detail, **asdict(self.progress)}
        return data | {"last": last}


class Watcher(Protocol):
    """Who watches a run."""

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """See how many of an update's episodes are complete."""
        ...

    def updated(self, figures: Figures) -> None:
        """See what an update was like."""
        ...


class Unwatched:
    """Nobody."""

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """See nothing."""

    def updated(self, figures: Figures) -> None:
        """See nothing."""


class Trainer:
    """Trains a policy by REINFORCE, and keeps the run in a folder.

    Args:
        policy: What learns; as it was before any training.
        rollouts: Where it lives.
        settings: How it is trained.
        folder: Where the run is kept.
        origin: What policy and environments were made from, as JSON; a resumed run must have the
            same.
        resume: Whether to go on with the run in that folder, rather than begin one.
        watcher: Who watches.

    Raises:
        ValueError: The folder is in use, or holds another run than the one to be resumed.
    """

    def __init__(
        self,
        policy: Policy,
        rollouts: Rollouts,
        settings: Settings,
        folder: Path,
        *,
        origin: Mapping[str, Any] | None = None,
        resume: bool = False,
        watcher: Watcher | None = None,
    ) -> None:
        self.progress = Progress()
        self._policy = policy
        self._rollouts = rollouts
        self._settings = settings
        self._folder = folder
        self._watcher = watcher or Unwatched()
        self._stopping = False
        self._last: Figures | None = None
        self._learner = Reinforce(
            policy,
            open_baseline(settings.baseline, policy, settings.seed),
            lr=settings.lr,
            gamma=settings.gamma,
            entropy=settings.entropy,
            kl=settings.kl,
            clip=settings.clip,
            micro_batch=settings.micro_batch,
        )
        self._record = {
            "training": settings.as_dict(),
            "policy": policy.settings(),
            "origin": dict(origin or {}),
        }
        if resume:
            check_resumable(load_record(folder), self._record)
            self._restore()
        else:
            check_new(folder)
        write_json(folder / SETTINGS, self._record)
        self._keep()

    def run(self) -> Finished:
        """Train until a bound is reached, it is paused or it diverges.

        Raises:
            RolloutError: An environment failed; the run can be resumed.
            OutOfMemory: The message says which setting to lower; the run can be resumed.
            CheckpointError: What stands where the log should be cannot be one.
        """
        log = self._log()
        try:
            while (reached := self._reached()) is None:
                self._update(log)
            cause, detail = reached
        except Stopped:
            cause, detail = Cause.STOPPED, f"stopped after update {self.progress.update}"
        except Diverged as error:
            cause, detail = Cause.DIVERGED, self._diverged(error)
        finally:
            log.close()
        save_folder(self._folder / POLICY, self._policy.save)
        return Finished(cause=cause, detail=detail, progress=self.progress, last=self._last)

    def pause(self) -> None:
        """Stop before the next step of the environments; episodes begun are lived again."""
        self._stopping = True

    def kill(self) -> None:
        """Nothing to do: the last checkpoint is on the disk."""

    def _log(self) -> RunLog:
        try:
            return RunLog(self._folder, self.progress.update)
        except OSError as error:
            raise CheckpointError(
                f"cannot open the log {error.filename}: {error.strerror}; move it away"
            ) from None

    def _update(self, log: RunLog) -> None:
        """Live some episodes, and learn from them."""
        number, replaced = self.progress.update + 1, self._rollouts.replaced
        steps = self._rollouts.env_steps
        began = time.monotonic()
        with told_when_out_of_memory("lower --envs, and --resume"):
            episodes = self._rollouts.collect(
                self._policy,
                update=number,
                episodes=self._settings.episodes,
                watch=lambda done, _: self._watcher.moved(
                    number, done, self.progress.env_steps + self._rollouts.env_steps - steps
                ),
                stop=lambda: self._stopping,
            )
        rolled = time.monotonic()
        with told_when_out_of_memory("lower --micro-batch, and --resume"):
            step = self._learner.update(episodes)
        learned = time.monotonic()
        self.progress = Progress(
            update=number,
            episodes=self.progress.episodes + len(episodes),
            env_steps=self.progress.env_steps + self._rollouts.env_steps - steps,
            replaced=self.progress.replaced + self._rollouts.replaced - replaced,
            seconds=self.progress.seconds + learned - began,
        )
        self._last = Figures(
            **asdict(self.progress),
            **asdict(step),
            **lived(episodes),
            rollout_seconds=rolled - began,
            update_seconds=learned - rolled,
        )
        log.write(self._last)
        self._keep()
        self._watcher.updated(self._last)

    def _reached(self) -> tuple[Cause, str] | None:
        """Return which bound is reached, if one is."""
        settings, progress = self._settings, self.progress
        if progress.update >= settings.updates:
            return Cause.UPDATES, f"all {settings.updates} updates are done"
        if settings.env_steps is not None and progress.env_steps >= settings.env_steps:
            return Cause.ENV_STEPS, f"the budget of {settings.env_steps} env_steps is reached"
        if settings.seconds is not None and progress.seconds >= settings.seconds:
            return Cause.SECONDS, f"the budget of {settings.seconds:g} seconds is reached"
        return None

    def _diverged(self, error: Diverged) -> str:
        """Go back to the last checkpoint, and say so."""
        number = self.progress.update + 1
        self._restore()
        return (
            f"update {number} was not made: {error}; the checkpoint of update "
            f"{self.progress.update} is kept; lower --lr or give --clip"
        )

    def _keep(self) -> None:
        """Write all that an exact resume takes."""
        save_state(
            self._folder / CHECKPOINT,
            {
                "record": self._record,
                "policy": dict(self._policy.state_dict()),
                "optimizer": self._learner.optimizer.state_dict(),
                "baseline": self._learner.baseline.state_dict(),
                "progress": asdict(self.progress),
                "rng": torch.get_rng_state(),
            },
        )

    def _restore(self) -> None:
        """Go back to the checkpoint.

        Raises:
            CheckpointError: It is broken.
        """
        path = self._folder / CHECKPOINT
        state = load_state(path)
        try:
            self._policy.load_state_dict(state["policy"])
            self._learner.optimizer.load_state_dict(state["optimizer"])
            self._learner.baseline.load_state_dict(state["baseline"])
            self.progress = Progress(**state["progress"])
            torch.set_rng_state(state["rng"])
        except Exception as error:  # what is in a damaged file can be of any type
            reason = str(error).partition("\n")[0]
            raise CheckpointError(f"{path} does not fit this run: {reason}") from None


def load_record(folder: Path) -> dict[str, Any]:
    """Return what a run was begun with.

    People may edit the settings. So the checkpoint holds them too, and what is not free to change
    must be the same there, before anything is made of it.

    Raises:
        CheckpointError: The folder does not say, or settings and checkpoint differ.
    """
    record = load_json(folder / SETTINGS)
    for name in ("training", "policy", "origin"):
        if not isinstance(record.get(name), dict):
            raise CheckpointError(f"{folder} is no training run: {SETTINGS} has no {name}")
    made = load_state(folder / CHECKPOINT, mmap=True).get("record")
    if not isinstance(made, dict):
        raise CheckpointError(f"{folder / CHECKPOINT} does not say which run it is of")
    try:
        found = differences(made, record)
    except RecursionError:
        found = ["it nests too deeply"]
    if found:
        raise CheckpointError(
            f"{folder / SETTINGS} says other things than the checkpoint: {'; '.join(found)}; "
            "write there what was"
        )
    return record


def check_new(folder: Path) -> None:
    """Make a folder for a new run, and refuse one that has something in it.

    Raises:
        ValueError: It has, or cannot be written.
    """
    if not open_folder(folder):
        raise ValueError(f"{folder} is not empty; give another --out, or --resume {folder}")


def check_resumable(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to go on with a run under other settings.

    Raises:
        ValueError: The message says which differ.
    """
    found = differences(old, new)
    if found:
        raise ValueError(f"a run goes on with its own settings, but {'; '.join(found)}")
