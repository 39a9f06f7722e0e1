"""Models by name: each kind is provided by an installed package, ours among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autoagent.llm.base import LLM, LLMError
from sandbox.extensions import ExtensionError, Extensions

RECORDED = "recorded:RUN"
"""What only somebody with a journal can resolve (see `autoagent.AutonomousLLM`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """What a model is told beside its name; each concerns some kinds of models.

    Attributes:
        base_url: The server to ask; by default the kind's own.
        api_key: The key for that server; by default the environment's.
        timeout: Seconds that one answer of that server may take.
        retries: How often to ask that server again.
        price_in: Money for a million tokens of query.
        price_out: Money for a million tokens of answer.
        n_ctx: Tokens that query and answer may take together in a local model.
    """

    base_url: str | None = None
    api_key: str | None = None
    timeout: float = 300.0
    retries: int = 3
    price_in: float = 0.0
    price_out: float = 0.0
    n_ctx: int = 4096


@dataclass(frozen=True, slots=True)
class Provider:
    """Provides the models of a kind.

    Attributes:
        open: Returns a model, given what stands behind the colon and the options, or raises an
            `LLMError`. The model's `name` is the whole name that it was asked for by, since a run
            that is resumed opens it by that.
        takes: What stands behind the colon, such as ``PATH``; empty where nothing may.
        alone: Whether it may also be missing, and the colon with it.
    """

    open: Callable[[str, ModelOptions], LLM]
    takes: str = ""
    alone: bool = False


MODELS = Extensions[Provider]("autoagent.models", "model", needs=("open", "takes"))
"""Providers by kind: what stands before the colon in the name of a model."""


def load(
    spec: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    timeout: float = 300.0,
    retries: int = 3,
    price_in: float = 0.0,
    price_out: float = 0.0,
    n_ctx: int = 4096,
) -> LLM:
    """Return the model that a name stands for.

    Args:
        spec: `smollm2`, `smollm2:ADAPTER`, `gguf:PATH`, `hf:DIR`, `openai:MODEL`, `human`, or
            what another package provides. (`recorded:RUN` needs a journal: give that name to
            `AutonomousLLM`.)
        base_url: The server of an `openai:` model.
        api_key: The key for that server.
        timeout: Seconds that one answer of that server may take.
        retries: How often to ask that server again.
        price_in: Money for a million tokens of query.
        price_out: Money for a million tokens of answer.
        n_ctx: Tokens that query and answer may take together in a local model.

    Raises:
        LLMError: No such model, or it cannot be loaded.
    """
    kind, colon, rest = spec.partition(":")
    provider = _provider(kind) if kind in MODELS else None
    if provider is None or not _is_whole(provider, colon, rest):
        raise LLMError(f"unknown model {spec!r}; use one of: {', '.join(known_models())}")
    options = ModelOptions(
        base_url=base_url,
        api_key=api_key,
        timeout=timeout,
        retries=retries,
        price_in=price_in,
        price_out=price_out,
        n_ctx=n_ctx,
    )
    return provider.open(rest, options)


def _is_whole(provider: Provider, colon: str, rest: str) -> bool:
    """Tell whether a name has behind its kind what it must have there."""
    if not colon:
        return not provider.takes or getattr(provider, "alone", False)
    return bool(rest and provider.takes)


def known_models() -> list[str]:
    """Return what names of models look like; of a kind that cannot be loaded, the kind alone."""
    return sorted([*map(_form, MODELS), RECORDED])


def _provider(kind: str) -> Provider:
    try:
        return MODELS[kind]
    except ExtensionError as error:
        raise LLMError(str(error)) from error


def _form(kind: str) -> str:
    try:
        provider = MODELS[kind]
    except ExtensionError:
        return kind
    if not provider.takes:
        return kind
    return (
        f"{kind}[:{provider.takes}]"
        if getattr(provider, "alone", False)
        else f"{kind}:{provider.takes}"
    )
