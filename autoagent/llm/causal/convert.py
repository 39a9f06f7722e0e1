"""Make of a GGUF file what transformers knows: a configuration, weights, a tokenizer."""

from __future__ import annotations

from typing import Any

from autoagent.llm.base import LLMError
from autoagent.llm.causal.gguf import GGUF

INSTEAD = "use weights in transformers' own format: hf:DIR"
OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
INSIDE = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
CONTROL = 3
"""How GGUF marks a token that is no text."""


def config_of(file: GGUF) -> Any:
    """Return the configuration of the model in a file.

    Raises:
        LLMError: It is of an architecture that is not known here.
    """
    from transformers import LlamaConfig

    data = file.metadata
    if data.get("general.architecture") != "llama" or "llama.rope.scaling.type" in data:
        raise LLMError(
            f"{file.path} holds a model of the kind {data.get('general.architecture')!r} (or with "
            f"scaled positions); in torch, GGUF files of plain 'llama' models are known; {INSTEAD}"
        )
    try:
        heads = data["llama.attention.head_count"]
        hidden = data["llama.embedding_length"]
        return LlamaConfig(
            vocab_size=file.shapes["token_embd.weight"][0],
            hidden_size=hidden,
            intermediate_size=data["llama.feed_forward_length"],
            num_hidden_layers=data["llama.block_count"],
            num_attention_heads=heads,
            num_key_value_heads=data.get("llama.attention.head_count_kv", heads),
            head_dim=data.get("llama.attention.key_length", hidden // heads),
            max_position_embeddings=data["llama.context_length"],
            rms_norm_eps=data["llama.attention.layer_norm_rms_epsilon"],
            rope_parameters={
                "rope_type": "default",
                "rope_theta": data.get("llama.rope.freq_base", 10_000.0),
            },
            tie_word_embeddings="output.weight" not in file.shapes,
            bos_token_id=data.get("tokenizer.ggml.bos_token_id"),
            eos_token_id=data.get("tokenizer.ggml.eos_token_id"),
            pad_token_id=data.get("tokenizer.ggml.padding_token_id"),
        )
    except KeyError as error:
        raise LLMError(f"{file.path} does not say its {error.args[0]}; {INSTEAD}") from None


def weights_of(file: GGUF, config: Any) -> dict[str, Any]:
    """Return the dequantised weights in a file, float32, by transformers' names.

    Raises:
        LLMError: There are others than the architecture has, or the file is damaged.
    """
    import torch

    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    weights = {}
    for name, values in file.tensors():
        tensor = torch.from_numpy(values)
        if name in OUTSIDE:
            weights[OUTSIDE[name]] = tensor
            continue
        block, _, rest = name.removeprefix("blk.").partition(".")
        part, _, kind = rest.partition(".")
        if not block.isdecimal() or part not in INSIDE or kind != "weight":
            raise LLMError(f"{file.path} holds {name}, which a llama model has not; {INSTEAD}")
        if part in heads:
            tensor = halves(tensor, heads[part])
        weights[f"model.layers.{block}.{INSIDE[part]}.weight"] = tensor
    return weights


def tokenizer_of(file: GGUF) -> Any:
    """Return the tokenizer in a file.

    It splits as llama.cpp does. The one that transformers makes of such a file does not heed
    `tokenizer.ggml.pre`, and splits white space before digits otherwise than in training.

    Raises:
        LLMError: The file splits text in a way that is not known here.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    data = file.metadata
    kind = data.get("tokenizer.ggml.model"), data.get("tokenizer.ggml.pre")
    if kind != ("gpt2", "smollm"):
        raise LLMError(
            f"the tokenizer in {file.path} is of the kind {kind}; in torch, ('gpt2', 'smollm') is "
            f"known; {INSTEAD}"
        )
    tokens, kinds = data["tokenizer.ggml.tokens"], data["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ", 1)) for merge in data["tokenizer.ggml.merges"]]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    split = pre_tokenizers.Digits(individual_digits=True)
    to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    # the stubs of `tokenizers` lag behind its classes
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, mark in zip(tokens, kinds, strict=True) if mark == CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in control])
    named = {
        f"{name}_token": tokens[data[f"tokenizer.ggml.{key}_token_id"]]
        for name, key in {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}.items()
        if f"tokenizer.ggml.{key}_token_id" in data
    }
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, clean_up_tokenization_spaces=False, **named
    )
    wrapped.chat_template = data.get("tokenizer.chat_template")
    return wrapped


def halves(tensor: Any, heads: int) -> Any:
    """Undo how ggml orders the rows of queries and keys: it rotates neighbours, not halves."""
    half = tensor.shape[0] // heads // 2
    return tensor.reshape(heads, half, 2, -1).transpose(1, 2).reshape(tensor.shape)


def pairs(tensor: Any, heads: int) -> Any:
    """Order the rows of queries and keys as ggml does."""
    half = tensor.shape[0] // heads // 2
    return tensor.reshape(heads, 2, half, -1).transpose(1, 2).reshape(tensor.shape)
