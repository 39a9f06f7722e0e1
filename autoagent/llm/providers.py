"""The kinds of models that this package provides; each imports what it needs when it is used."""

from __future__ import annotations

from dataclasses import asdict

from autoagent.llm.base import LLM, Constrainable, LLMError, expanded
from autoagent.llm.named import ModelOptions, Provider, load


def _smollm2(rest: str, options: ModelOptions) -> LLM:
    from autoagent.llm.adapters import adapter_path
    from autoagent.llm.llamacpp.model import LlamaCpp
    from autoagent.llm.weights import smollm2_path

    return LlamaCpp(
        path=smollm2_path(),
        name=f"smollm2:{rest}" if rest else "smollm2",
        n_ctx=options.n_ctx,
        adapter=adapter_path(rest) if rest else None,
    )


def _gguf(path: str, options: ModelOptions) -> LLM:
    from autoagent.llm.llamacpp.model import LlamaCpp

    return LlamaCpp(path=expanded(path), name=f"gguf:{path}", n_ctx=options.n_ctx)


def _hf(folder: str, options: ModelOptions) -> LLM:
    from autoagent.llm.causal import Transformers

    return Transformers(f"hf:{folder}", n_ctx=options.n_ctx)


def _openai(model: str, options: ModelOptions) -> LLM:
    from autoagent.llm.server.openai import OpenAICompatible

    return OpenAICompatible(
        model=model,
        base_url=options.base_url,
        api_key=options.api_key,
        timeout=options.timeout,
        retries=options.retries,
        price_in=options.price_in,
        price_out=options.price_out,
    )


def _constrained(name: str, options: ModelOptions) -> LLM:
    model = load(name, **asdict(options))
    if isinstance(model, Constrainable):
        return model.constrained()
    model.close()
    raise LLMError(
        f"{name} cannot be constrained: only a model in this process shows what it could say; "
        "use smollm2, gguf:PATH or hf:DIR, or leave `constrained:` out"
    )


def _human(rest: str, options: ModelOptions) -> LLM:
    from autoagent.llm.human import Human

    return Human()


SMOLLM2 = Provider(_smollm2, takes="ADAPTER", alone=True)
"""SmolLM2 from its package, in this process, and what it was taught besides."""
GGUF = Provider(_gguf, takes="PATH")
"""A file of weights, in this process."""
HF = Provider(_hf, takes="DIR")
"""A folder that transformers loads, in this process."""
OPENAI = Provider(_openai, takes="MODEL")
"""A model behind a server."""
CONSTRAINED = Provider(_constrained, takes="MODEL")
"""Another model, held to what Python can be."""
HUMAN = Provider(_human)
"""A person at the terminal."""
