"""Models: one protocol, and one small implementation for each kind."""

from autoagent.llm.base import (
    LLM,
    Completion,
    Countable,
    LLMError,
    LLMUnreachable,
    Timed,
    Tuned,
    expanded,
)
from autoagent.llm.causal import Transformers
from autoagent.llm.framing.fence import extract_block
from autoagent.llm.framing.frame import PROSE, PYTHON, Frame, code_frame
from autoagent.llm.human import Human
from autoagent.llm.llamacpp.model import LlamaCpp
from autoagent.llm.recorded import Recorded
from autoagent.llm.server.openai import OpenAICompatible
from autoagent.llm.weights import smollm2_path

KNOWN = ("smollm2", "gguf:PATH", "hf:DIR", "openai:MODEL", "recorded:RUN", "human")


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
        spec: `smollm2`, `gguf:PATH`, `hf:DIR`, `openai:MODEL` or `human`. (`recorded:RUN` needs a
            journal: give that name to `AutonomousLLM`.)
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
    kind, _, rest = spec.partition(":")
    if spec == "smollm2":
        return LlamaCpp(path=smollm2_path(), name=spec, n_ctx=n_ctx)
    if kind == "gguf" and rest:
        return LlamaCpp(path=expanded(rest), name=spec, n_ctx=n_ctx)
    if kind == "hf" and rest:
        return Transformers(spec, n_ctx=n_ctx)
    if kind == "openai" and rest:
        return OpenAICompatible(
            model=rest,
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            retries=retries,
            price_in=price_in,
            price_out=price_out,
        )
    if spec == "human":
        return Human()
    raise LLMError(f"unknown model {spec!r}; use one of: {', '.join(KNOWN)}")


__all__ = [
    "KNOWN",
    "LLM",
    "PROSE",
    "PYTHON",
    "Completion",
    "Countable",
    "Frame",
    "Human",
    "LLMError",
    "LLMUnreachable",
    "LlamaCpp",
    "OpenAICompatible",
    "Recorded",
    "Timed",
    "Transformers",
    "Tuned",
    "code_frame",
    "extract_block",
    "load",
    "smollm2_path",
]
