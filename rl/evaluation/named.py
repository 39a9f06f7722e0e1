"""Policies by name, with the environment that each of them acts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gymnasium

from autoagent.first_genome import USUAL
from autoagent.llm import LLM, load
from autoagent.llm.base import expanded, own_name
from autoagent.llm.weights import fingerprint, weights_of
from autoagent.meter import Meter
from env import EditActions
from env.edits import FEATURES, Edit, survival_edits
from env.scripted import SCRIPTS
from env.v0 import SurvivalV0
from rl.evaluation.actions import RecordActions
from rl.evaluation.prompts import PROMPTS
from rl.policies import Actor, Categorical
from rl.policies.asked import Asked
from rl.policies.genomes import require_code
from rl.policies.paid import Paid
from rl.policies.scripted import over_edits, over_texts

KNOWN = (
    "random", "smollm2", "hf:DIR", "gguf:PATH", "openai:MODEL", "human", "random:MODEL", "tiny",
    "constrained:MODEL", "cold:POLICY", "edits:random", "edits:DIR", "edits:NAME", "script:NAME",
)  # fmt: skip
REFERENCES = tuple(over_texts())
"""Bounds of those that write, which their tables are read against."""
EDIT_REFERENCES = ("edits:random", *over_edits())
"""The same for those that choose edits."""
ENV = "env:autoagent/Survival-v1"
ASKED = ("openai", "human")
"""Kinds of models that are asked through their own interface, and not sampled here."""
COLD, COLD_TEMPERATURE = "cold", 0.3
"""What stands before the name of a policy that writes at a low temperature, which learning has to
be compared with: it makes answers likelier for nothing."""
HOTTEST = 2
"""The highest temperature that servers take."""
NO_SERVER: Mapping[str, Any] = {}
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
        source: What tells it from what its name may stand for tomorrow: a hash of its files, or
            the address of its server; None for policies that their name alone makes.
    """

    name: str
    policy: Actor
    make: Callable[[], gymnasium.Env[Any, Any]]
    llm: LLM | None
    source: str | None = None


def open_policy(
    name: str,
    *,
    env: str = ENV,
    hazards: Sequence[str] | None = None,
    prompts: Sequence[str] = PROMPTS,
    temperature: float | None = None,
    max_tokens: int | None = None,
    server: Mapping[str, Any] = NO_SERVER,
    beside: int = 8,
    meter: Meter | None = None,
    **settings: Any,
) -> NamedPolicy:
    """Open a policy.

    Args:
        name: One of `KNOWN`; ``edits:`` policies choose gene edits, all others write. Scripts,
            which learn nothing, go by their names, before folders that are called so. What stands
            behind ``cold:`` writes at a temperature of 0.3, whatever `temperature` says.
        env: The registered environment that those which write live in.
        hazards: What threatens both kinds. None is what each kind's environment has by itself.
        prompts: What organisms begin with, by seed.
        temperature: Of language models; None is what a checkpoint was trained with, or else 1. A
            server takes 0 to 2.
        max_tokens: Longest answer; None is what a checkpoint was trained with, or else 96.
        server: How to reach an ``openai:`` model: keywords of `autoagent.llm.load`.
        beside: How many questions a server is asked at once.
        meter: Counts what is spent on who is asked, and stops it; None counts nothing.
        settings: Other arguments of the environment.

    Raises:
        ValueError: The name is unknown, its folder holds no such policy, or a setting is
            impossible.
        LLMError: The model cannot be loaded.
    """
    require_known(name)
    own = name.removeprefix(f"{COLD}:")
    if own != name:
        temperature = COLD_TEMPERATURE
    kind, _, rest = own.partition(":")
    policy: Actor
    llm: LLM | None = None
    source: str | None = None
    make: Callable[[], gymnasium.Env[Any, Any]]
    if hazards is not None:
        settings["hazards"] = hazards
    if kind not in ("edits", "script"):
        require_code(settings.get("genome", USUAL))
    if kind == "edits":
        policy, source = _edits(rest)
        make = partial(_env_of_edits, **settings)
    else:
        if kind == "script":
            policy = over_texts()[own]
        elif kind in ASKED:
            policy, llm, source = _asked(own, temperature, max_tokens, server, beside, meter)
        else:
            policy, llm = _speaker(own, temperature, max_tokens)
            source = weights_of(llm)
        make = partial(gymnasium.make, env, disable_env_checker=True, **settings)
    return NamedPolicy(
        name=name,
        policy=policy,
        make=lambda: RecordActions(make(), prompts),
        llm=llm,
        source=source,
    )


def require_known(name: str) -> None:
    """Raise ValueError if a policy is surely none, without loading it."""
    warm = name.removeprefix(f"{COLD}:")
    own, constrained = own_name(warm)
    kind, _, rest = own.partition(":")
    if warm != name and kind in ("edits", "script", "human", COLD):
        raise ValueError(
            f"{warm} has no temperature that could be low; leave {COLD}: out of {name}"
        )
    if constrained and kind in ("edits", "script", *ASKED):
        raise ValueError(f"{own} cannot be constrained; leave it out of {name}, or use hf:DIR")
    if own in (*KNOWN, *REFERENCES, *EDIT_REFERENCES) or (
        rest and kind in ("tiny", "random", "openai")
    ):
        return
    if kind == "script":
        raise ValueError(f"unknown script {rest!r}; known: {', '.join(SCRIPTS)}")
    if not rest or kind not in ("hf", "gguf", "edits"):
        raise ValueError(f"unknown policy {name!r}; use one of: {', '.join(KNOWN)}")
    if not expanded(rest).exists():
        raise ValueError(f"there is no {rest}, which the policy {name} is to be read from")


def _speaker(name: str, temperature: float | None, max_tokens: int | None) -> tuple[Actor, LLM]:
    """Return a language model as a policy, and as itself."""
    from autoagent.llm.causal import Transformers
    from rl.policies.speaker import Speaker

    own, constrained = own_name(name)
    llm = Transformers(RANDOM if own == "random" else own)
    if constrained:
        llm = llm.constrained()
    speaker = Speaker(
        llm.model,
        llm.template,
        temperature=(llm.temperature or 1.0) if temperature is None else temperature,
        max_tokens=(llm.max_tokens or 96) if max_tokens is None else max_tokens,
        vocabulary=llm.vocabulary,
    )
    return speaker, llm


def _asked(
    name: str,
    temperature: float | None,
    max_tokens: int | None,
    server: Mapping[str, Any],
    beside: int,
    meter: Meter | None,
) -> tuple[Actor, LLM, str | None]:
    """Return who is asked, as a policy, as a model, and at which address."""
    if max_tokens is not None and max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, got {max_tokens}")
    if temperature is not None and not 0 <= temperature <= HOTTEST:
        raise ValueError(f"temperature must be from 0 to {HOTTEST}, got {temperature}")
    llm = load(name, **server)
    address = getattr(llm, "base_url", None)
    if meter is not None:
        llm = Paid(llm, meter)
    actor = Asked(
        llm,
        temperature=1.0 if temperature is None else temperature,
        max_tokens=96 if max_tokens is None else max_tokens,
        beside=1 if name == "human" else beside,
    )
    return actor, llm, address


def _env_of_edits(**settings: Any) -> EditActions:
    if "hazards" not in settings:
        return survival_edits(**settings)
    return EditActions(SurvivalV0(**settings))


def _edits(rest: str) -> tuple[Actor, str | None]:
    """Return a policy over edits: a script, one to which all edits are alike, or a folder's.

    With it the hash of its files, if it has some.
    """
    if (script := over_edits().get(f"edits:{rest}")) is not None:
        return script, None
    if rest == "random":
        return Categorical(len(FEATURES), len(Edit)), None
    folder = expanded(rest)
    inner = folder / "policy"
    folder = inner if inner.is_dir() else folder
    policy = Categorical.load(folder)
    return policy, fingerprint(sorted(path for path in folder.iterdir() if path.is_file()))
