"""Models: one protocol, and one small implementation for each kind."""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autoagent.llm.base import (
    LLM,
    Batched,
    Bounded,
    Completion,
    Constrainable,
    Countable,
    Gradual,
    LLMError,
    LLMUnreachable,
    Loaded,
    Suited,
    Timed,
    Tuned,
)
from autoagent.llm.framing.fence import extract_block
from autoagent.llm.framing.frame import PROSE, PYTHON, TALK, Frame, code_frame
from autoagent.llm.framing.query import Message, Query
from autoagent.llm.named import MODELS, ModelOptions, Provider, known_models, load
from autoagent.llm.recorded import Recorded

if TYPE_CHECKING:
    from autoagent.llm.causal import Transformers
    from autoagent.llm.human import Human
    from autoagent.llm.llamacpp.model import LlamaCpp
    from autoagent.llm.server.openai import OpenAICompatible
    from autoagent.llm.weights import smollm2_path

_HOMES = {
    "Human": "autoagent.llm.human",
    "LlamaCpp": "autoagent.llm.llamacpp.model",
    "OpenAICompatible": "autoagent.llm.server.openai",
    "Transformers": "autoagent.llm.causal",
    "smollm2_path": "autoagent.llm.weights",
}


def __getattr__(name: str) -> Any:
    """Import a kind of models only when it is asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name != "KNOWN":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    message = "autoagent.llm.KNOWN goes with the next version; call autoagent.llm.known_models()"
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    return tuple(known_models())


__all__ = [
    "LLM",
    "MODELS",
    "PROSE",
    "PYTHON",
    "TALK",
    "Batched",
    "Bounded",
    "Completion",
    "Constrainable",
    "Countable",
    "Frame",
    "Gradual",
    "Human",
    "LLMError",
    "LLMUnreachable",
    "LlamaCpp",
    "Loaded",
    "Message",
    "ModelOptions",
    "OpenAICompatible",
    "Provider",
    "Query",
    "Recorded",
    "Suited",
    "Timed",
    "Transformers",
    "Tuned",
    "code_frame",
    "extract_block",
    "known_models",
    "load",
    "smollm2_path",
]
