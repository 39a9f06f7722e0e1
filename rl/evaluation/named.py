"""Policies by name, with the environment that each of them acts in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium

from autoagent.llm import LLM
from autoagent.llm.base import expanded
from env import EditActions, Survival
from env.edits import survival_edits
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
    if kind == "edits":

        def make_edits() -> gymnasium.Env[Any, Any]:
            if hazards is None:
                return RecordActions(survival_edits(**settings), prompts)
            return RecordActions(EditActions(Survival(hazards=hazards, **settings)), prompts)

        policy = _edits(rest)
        return NamedPolicy(name=name, policy=policy, make=make_edits, llm=None)

    def make() -> gymnasium.Env[Any, Any]:
        among = ["hunger"] if hazards is None else hazards
        return RecordActions(Survival(hazards=among, **settings), prompts)

    from autoagent.llm.causal import Transformers
    from rl.policies.speaker import Speaker

    llm = Transformers(RANDOM if name == "random" else name)
    speaker = Speaker(
        llm.model,
        llm.template,
        temperature=(llm.temperature or 1.0) if temperature is None else temperature,
        max_tokens=(llm.max_tokens or 96) if max_tokens is None else max_tokens,
    )
    return NamedPolicy(name=name, policy=speaker, make=make, llm=llm)


def require_known(name: str) -> None:
    """Raise ValueError if a policy is surely none, without loading it."""
    kind, _, rest = name.partition(":")
    if name in KNOWN or (rest and kind in ("tiny", "random")):
        return
    if not rest or kind not in ("hf", "gguf", "edits"):
        raise ValueError(f"unknown policy {name!r}; use one of: {', '.join(KNOWN)}")
    if not expanded(rest).exists():
        raise ValueError(f"there is no {rest}, which the policy {name} is to be read from")


def _edits(rest: str) -> Categorical:
    """Return a policy over edits from its folder, or one to which all edits are alike."""
    from env.edits import FEATURES, Edit

    if rest == "random":
        return Categorical(len(FEATURES), len(Edit))
    folder = expanded(rest)
    inner = folder / "policy"
    return Categorical.load(inner if inner.is_dir() else folder)
