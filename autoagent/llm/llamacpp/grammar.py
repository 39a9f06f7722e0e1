"""What a local model is held to: a frame's grammar, and what Python can be."""

from typing import TYPE_CHECKING, Any

from autoagent.llm.base import LLMError
from autoagent.llm.constrained import Held

if TYPE_CHECKING:
    from llama_cpp import Llama, LlamaGrammar, LogitsProcessorList


def constraint(llama: "Llama", grammar: str | None) -> "LlamaGrammar | None":
    """Return what llama.cpp holds its answer to.

    Args:
        llama: The loaded model.
        grammar: GBNF, with the rule `root`; None holds it to nothing.

    Raises:
        LLMError: llama.cpp cannot read the grammar.
    """
    if grammar is None:
        return None
    import llama_cpp

    found = llama_cpp.LlamaGrammar.from_string(grammar)
    vocab = llama_cpp.llama_model_get_vocab(llama.model)
    assert vocab is not None
    sampler = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
    if not sampler or not grammar:  # with either, llama.cpp would sample without a word
        raise LLMError(f"llama.cpp cannot read the grammar {grammar!r}; give GBNF with a rule root")
    llama_cpp.llama_sampler_free(sampler)
    return found


def masking(held: Held | None) -> "LogitsProcessorList | None":
    """Return what llama.cpp does to logits before it samples: what is not allowed gets none."""
    if held is None:
        return None
    import numpy as np
    from llama_cpp import LogitsProcessorList

    def mask(tokens: Any, logits: Any) -> Any:
        return np.where(held.allowed(), logits, -np.inf)

    return LogitsProcessorList([mask])
