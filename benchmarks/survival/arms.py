"""The arms: who answers in each, and how those that learn have learned it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium

from autoagent.files import claimed
from benchmarks.survival.controls import BestOf, FormOnly, Several, ShuffledSettings
from rl.evaluation import NamedPolicy, RecordActions, open_policy
from rl.evaluation.named import COLD_TEMPERATURE
from rl.evaluation.prompts import PROMPTS
from rl.logs import Figures, read_log
from rl.policies.language import LanguagePolicy
from rl.rejection import RejectionSettings
from rl.rollout import Rollouts
from rl.settings import RunSettings, Settings
from rl.trainer import Trainer
from rl.watcher import Unwatched

LINE = " Write only the function asked for."
SEEN, HELD_OUT = PROMPTS[:1], PROMPTS[1:]
"""Prompts that are trained with, and those that policies are compared with."""
SEVERAL = 4
MODEL = "smollm2"
UPDATES = 10_000
"""More than any budget of tokens allows."""
SHARED: dict[str, Any] = {
    "updates": UPDATES, "episodes": 16, "clip": 1.0, "micro_batch": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What all cells have in common.

    Attributes:
        folder: Where everything is kept.
        school: Where those that learn have learned, if they did in another experiment.
        model: Which model it is about.
        hazards: What threatens lives.
        difficulty: Scales them.
        max_steps: Of a life.
        max_tokens: Of an answer.
        lives: Of each cell.
        envs: Environments side by side.
        tokens: That each policy which learns may sample while it does.
        lora: Rank of its adapters.
    """

    folder: Path
    school: Path | None = None
    model: str
    hazards: tuple[str, ...]
    difficulty: float
    max_steps: int
    max_tokens: int
    lives: int
    envs: int
    tokens: int
    lora: int

    @property
    def world(self) -> dict[str, Any]:
        """Arguments of the environment, but for the micro-tasks."""
        return {
            "hazards": self.hazards,
            "difficulty": self.difficulty,
            "max_steps": self.max_steps,
        }


@dataclass(frozen=True, slots=True)
class Learned:
    """How a policy has learned.

    Attributes:
        settings: Made for a seed.
        wrapped: What its environment is wrapped in while it learns.
    """

    settings: Callable[..., RunSettings]
    wrapped: Callable[[Any], Any] = lambda env: env


REINFORCE = partial(Settings, lr=1e-3, gamma=0.9, **SHARED)
LEARNED = {
    "reinforce": Learned(REINFORCE),
    "groups": Learned(partial(REINFORCE, group=4, baseline="group")),
    "rft": Learned(partial(RejectionSettings, lr=3e-4, **SHARED)),
    "shuffled": Learned(partial(ShuffledSettings, lr=1e-3, gamma=0.9, **SHARED)),
    "form": Learned(REINFORCE, FormOnly),
}
UNTAUGHT = ("random", "pretrained", "line", "cold", "best")
ARMS = (*UNTAUGHT, *LEARNED, *(f"cold {each}" for each in LEARNED))


def opened(arm: str, seed: int, plan: Plan) -> NamedPolicy:
    """Return who answers in a cell, in held-out tasks; who has to learn first, does."""
    world = {**plan.world, "split": "test", "max_tokens": plan.max_tokens}
    world["temperature"] = COLD_TEMPERATURE if arm.startswith("cold") else 1.0
    prompts: Sequence[str] = HELD_OUT
    name = plan.model
    if arm == "random":
        name = f"random:{plan.model}"
    elif arm == "line":
        prompts = [prompt + LINE for prompt in HELD_OUT]
    elif (learned := arm.removeprefix("cold ")) in LEARNED:
        name = f"hf:{taught(learned, seed, plan)}"
    named = open_policy(name, prompts=prompts, **world)
    if arm != "best":
        return named
    make = partial(_chosen, partial(_made, plan, "test"), prompts)
    several = Several(named.policy, SEVERAL)
    return NamedPolicy(name=arm, policy=several, make=make, llm=None)


def taught(arm: str, seed: int, plan: Plan) -> Path:
    """Return the folder of a policy that has learned, here or in another experiment.

    Raises:
        FileNotFoundError: It has not learned there.
    """
    if plan.school is None:
        return trained(arm, seed, plan)
    folder = plan.school / f"{arm}-{seed}" / "policy"
    if not folder.is_dir():
        raise FileNotFoundError(f"no policy has learned in {folder}; let that experiment end first")
    return folder


def trained(arm: str, seed: int, plan: Plan) -> Path:
    """Return the folder of a policy that has sampled its budget of tokens, by training it."""
    folder, how = plan.folder / f"{arm}-{seed}", LEARNED[arm]
    settings = how.settings(seed=seed, envs=plan.envs)
    resume = (folder / "checkpoint.pt").exists()
    spent = Spent(plan.tokens, folder if resume else None)
    if resume and spent.over and (folder / "policy").exists():
        return folder / "policy"
    folder.mkdir(parents=True, exist_ok=True)
    policy = LanguagePolicy(plan.model, lora=plan.lora, max_tokens=plan.max_tokens, seed=seed)
    rollouts = Rollouts(
        lambda: how.wrapped(RecordActions(_made(plan, "training"), SEEN)),
        envs=settings.envs,
        seed=seed,
    )
    try:
        with claimed(folder):
            trainer = Trainer(policy, rollouts, settings, folder, resume=resume, watcher=spent)
            spent.stop = trainer.pause
            if spent.over:
                trainer.pause()
            trainer.run()
    finally:
        rollouts.close()
    return folder / "policy"


class Spent(Unwatched):
    """Counts the tokens that were sampled, and stops a training when its budget is used up.

    Args:
        budget: How many there may be; the update in which they are exceeded is the last.
        folder: Of the run that goes on, if one does.
    """

    def __init__(self, budget: int, folder: Path | None) -> None:
        lines = read_log(folder / "log.jsonl") if folder else []
        self._left = budget - sum(line["tokens"] for line in lines)
        self.stop: Callable[[], None]

    @property
    def over(self) -> bool:
        """Whether the budget is used up."""
        return self._left <= 0

    def updated(self, figures: Figures) -> None:
        """Count what an update took."""
        self._left -= figures.tokens
        if self.over:
            self.stop()


def _made(plan: Plan, split: str) -> gymnasium.Env[Any, Any]:
    return gymnasium.make(
        "env:autoagent/Survival-v1", disable_env_checker=True, split=split, **plan.world
    )


def _chosen(
    make: Callable[[], gymnasium.Env[Any, Any]], prompts: Sequence[str]
) -> gymnasium.Env[Any, Any]:
    return RecordActions(BestOf(make()), prompts)
