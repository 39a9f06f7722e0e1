"""A grammar that a local model is held to."""

from typing import TYPE_CHECKING

from autoagent.llm.base import LLMError

if TYPE_CHECKING:
    from llama_cpp import Llama, LlamaGrammar


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
