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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from rl.ending import Cause, Finished
from rl.episode import Episode
from rl.logs import Figures, RunLog, episode_figures
from rl.memory import told_when_out_of_memory
from rl.policies.policy import Diverged, Policy
from rl.rollout import Rollouts, Stopped
from rl.run_folder import CheckpointError, RunFolder
from rl.schedule import Schedule
from rl.settings import RunSettings
from rl.watcher import Unwatched, Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come, over all resumes."""

    update: int = 0
    episodes: int = 0
    env_steps: int = 0
    replaced: int = 0
    seconds: float = 0.0


class Trainer:
    """Trains a policy, and keeps the run in a folder.

    Args:
        policy: What learns; as it was before any training.
        rollouts: Where it lives.
        settings: How it is trained, and by what.
        folder: Where the run is kept.
        origin: What policy and environments were made from, as JSON; a resumed run must have the
            same.
        resume: Whether to go on with the run in that folder, rather than begin one.
        curriculum: How the difficulty of lives changes; None leaves it to the environments. It
            must follow from settings and origin, by which runs are told apart.
        watcher: Who watches.

    Raises:
        ValueError: The folder is in use, or holds another run than the one to be resumed; or groups
            are to begin in the midst of lives, which the environment cannot.
    """

    def __init__(
        self,
        policy: Policy,
        rollouts: Rollouts,
        settings: RunSettings,
        folder: Path,
        *,
        origin: Mapping[str, Any] | None = None,
        resume: bool = False,
        curriculum: Schedule | None = None,
        watcher: Watcher[Figures] | None = None,
    ) -> None:
        if settings.lead and not rollouts.branches:
            raise ValueError(
                "lead needs an environment with get_state and set_state, such as "
                "env:autoagent/Survival-v1; with this one groups begin at birth: lead 0"
            )
        if rollouts.longest is not None and settings.lead >= rollouts.longest:
            raise ValueError(
                f"lead must be below max_steps, which is {rollouts.longest}, got {settings.lead}: "
                "no life comes that far, and all groups would begin at birth"
            )
        self.progress = Progress()
        self._policy = policy
        self._rollouts = rollouts
        self._settings = settings
        self._folder = training_folder(folder)
        self._watcher = watcher or Unwatched()
        self._curriculum = curriculum
        self._stopping = False
        self._last: Figures | None = None
        self._learner = settings.learner(policy)
        self._record = {
            "training": settings.as_dict(),
            "policy": policy.settings(),
            "origin": dict(origin or {}),
        }
        if resume:
            self._folder.require(self._record)
            self._folder.restore(self._take)
        else:
            self._folder.create()
        rollouts.env_steps, rollouts.replaced = self.progress.env_steps, self.progress.replaced
        self._folder.begin(self._record)
        self._keep()

    def run(self) -> Finished[Progress, Figures]:
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
            done = f"after update {self.progress.update}"
            cause, detail = Cause.STOPPED, f"stopped {done}"
            if not self._stopping:
                cause = Cause.SECONDS
                detail = f"the budget of {self._settings.seconds:g} seconds is reached {done}"
        except Diverged as error:
            cause, detail = Cause.DIVERGED, self._diverged(error)
        finally:
            log.close()
        self._folder.publish(self._policy.save)
        return Finished(cause=cause, detail=detail, progress=self.progress, last=self._last)

    def pause(self) -> None:
        """Stop before the next step of the environments; episodes begun are lived again."""
        self._stopping = True

    def kill(self) -> None:
        """Nothing to do: the last checkpoint is on the disk."""

    def _log(self) -> RunLog:
        try:
            return RunLog(self._folder.path, self.progress.update)
        except OSError as error:
            raise CheckpointError(
                f"cannot open the log {error.filename}: {error.strerror}; move it away"
            ) from None

    @property
    def difficulty(self) -> float | None:
        """The difficulty of the last update's lives; None where there is no curriculum."""
        return self._difficulty(max(1, self.progress.update))

    def _difficulty(self, update: int) -> float | None:
        return None if self._curriculum is None else self._curriculum.at(update)

    def _update(self, log: RunLog) -> None:
        """Live some episodes, and learn from them."""
        number = self.progress.update + 1
        difficulty = self._difficulty(number)
        began = time.monotonic()
        episodes = self._lived(number, difficulty, began)
        rolled = time.monotonic()
        with told_when_out_of_memory("lower --micro-batch, and --resume"):
            step = self._learner.update(episodes, number)
        learned = time.monotonic()
        self.progress = Progress(
            update=number,
            episodes=self.progress.episodes + len(episodes),
            env_steps=self._rollouts.env_steps,
            replaced=self._rollouts.replaced,
            seconds=self.progress.seconds + learned - began,
        )
        self._last = Figures(
            **asdict(self.progress),
            **asdict(step),
            **episode_figures(episodes),
            difficulty=difficulty,
            rollout_seconds=rolled - began,
            update_seconds=learned - rolled,
        )
        log.write(self._last)
        self._keep()
        self._watcher.updated(self._last)

    def _lived(self, number: int, difficulty: float | None, began: float) -> list[Episode]:
        """Return the episodes of an update; one that is stopped here is made again."""
        chance = torch.get_rng_state()
        try:
            with told_when_out_of_memory("lower --envs, and --resume"):
                return self._rollouts.collect(
                    self._policy,
                    update=number,
                    episodes=self._settings.episodes,
                    group=self._settings.group,
                    lead=self._settings.lead,
                    options=None if difficulty is None else {"difficulty": difficulty},
                    watcher=self._watcher,
                    stop=lambda: self._stopping or self._late(began),
                )
        except Stopped:  # its seconds are gone all the same
            torch.set_rng_state(chance)
            spent = self.progress.seconds + time.monotonic() - began
            self.progress = replace(self.progress, seconds=spent)
            self._keep()
            raise

    def _late(self, began: float) -> bool:
        """Tell whether an update that has begun then exceeds the seconds that there are."""
        most = self._settings.seconds
        return most is not None and self.progress.seconds + time.monotonic() - began >= most

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
        self._folder.restore(self._take)
        return (
            f"update {number} was not made: {error}; the checkpoint of update "
            f"{self.progress.update} is kept; lower --lr or give --clip"
        )

    def _keep(self) -> None:
        """Write all that an exact resume takes."""
        self._folder.keep(
            self._record,
            {
                "policy": dict(self._policy.state_dict()),
                **self._learner.state_dict(),
                "progress": asdict(self.progress),
                "rng": torch.get_rng_state(),
            },
        )

    def _take(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._policy.load_state_dict(state["policy"])
        self._learner.load_state_dict(state)
        self.progress = Progress(**state["progress"])
        torch.set_rng_state(state["rng"])


def training_folder(path: Path) -> RunFolder:
    """Return the folder that a training run is kept in."""
    return RunFolder(
        path,
        settings="settings.json",
        checkpoint="checkpoint.pt",
        result="policy",
        parts=("training", "policy", "origin"),
    )
