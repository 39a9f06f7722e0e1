"""Policies by name, with the environment that each of them acts in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gymnasium

from autoagent.llm import LLM
from autoagent.llm.base import expanded
from env import EditActions, Survival
from env.edits import FEATURES, Edit, survival_edits
from rl.evaluation.actions import RecordActions
from rl.evaluation.prompts import PROMPTS
from rl.policies import Actor, Categorical

KNOWN = ("random", "smollm2", "hf:DIR", "gguf:PATH", "tiny", "edits:random", "edits:DIR")
RANDOM = "random:smollm2"
"""The architecture of SmolLM2 with random weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPolicy:
    """A policy that is evaluated.

    Attributes:
        name: As it was given.
        policy: What decides.
        make: Makes its environments.
        llm: The same as a model that can be asked; None for policies that do not write.
    """

    name: str
    policy: Actor
    make: Callable[[], gymnasium.Env[Any, Any]]
    llm: LLM | None


def open_policy(
    name: str,
    *,
    hazards: Sequence[str] | None = None,
    prompts: Sequence[str] = PROMPTS,
    temperature: float | None = None,
    max_tokens: int | None = None,
    **settings: Any,
) -> NamedPolicy:
    """Open a policy.

    Args:
        name: One of `KNOWN`; ``edits:`` policies choose gene edits, all others write.
        hazards: What threatens both kinds. None is hunger for those that write, and for edits the
            environment that they are trained in.
        prompts: What organisms begin with, by seed.
        temperature: Of language models; None is what a checkpoint was trained with, or else 1.
        max_tokens: Longest answer; None is what a checkpoint was trained with, or else 96.
        settings: Other arguments of the environment.

    Raises:
        ValueError: The name is unknown, or its folder holds no such policy.
        LLMError: The model cannot be loaded.
    """
    require_known(name)
    kind, _, rest = name.partition(":")
    policy: Actor
    llm: LLM | None
    make: Callable[[], gymnasium.Env[Any, Any]]
    if kind == "edits":
        policy, llm = _edits(rest), None
        make = partial(_env_of_edits, hazards, **settings)
    else:
        policy, llm = _speaker(name, temperature, max_tokens)
        make = partial(Survival, hazards=["hunger"] if hazards is None else hazards, **settings)
    return NamedPolicy(
        name=name, policy=policy, make=lambda: RecordActions(make(), prompts), llm=llm
    )


def require_known(name: str) -> None:
    """Raise ValueError if a policy is surely none, without loading it."""
    kind, _, rest = name.partition(":")
    if name in KNOWN or (rest and kind in ("tiny", "random")):
        return
    if not rest or kind not in ("hf", "gguf", "edits"):
        raise ValueError(f"unknown policy {name!r}; use one of: {', '.join(KNOWN)}")
    if not expanded(rest).exists():
        raise ValueError(f"there is no {rest}, which the policy {name} is to be read from")


def _speaker(name: str, temperature: float | None, max_tokens: int | None) -> tuple[Actor, LLM]:
    """Return a language model as a policy, and as itself."""
    from autoagent.llm.causal import Transformers
    from rl.policies.speaker import Speaker

    llm = Transformers(RANDOM if name == "random" else name)
    speaker = Speaker(
        llm.model,
        llm.template,
        temperature=(llm.temperature or 1.0) if temperature is None else temperature,
        max_tokens=(llm.max_tokens or 96) if max_tokens is None else max_tokens,
    )
    return speaker, llm


def _env_of_edits(hazards: Sequence[str] | None, **settings: Any) -> EditActions:
    if hazards is None:
        return survival_edits(**settings)
    return EditActions(Survival(hazards=hazards, **settings))


def _edits(rest: str) -> Categorical:
    """Return a policy over edits from its folder, or one to which all edits are alike."""
    if rest == "random":
        return Categorical(len(FEATURES), len(Edit))
    folder = expanded(rest)
    inner = folder / "policy"
    return Categorical.load(inner if inner.is_dir() else folder)
