"""Write an adapter as a GGUF file, and read it back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from autoagent.llm.adapters import BASE, check_base, digest
from autoagent.llm.base import LLMError
from autoagent.llm.causal.checkpoint import WEIGHTS
from autoagent.llm.causal.convert import INSIDE, halves, pairs
from autoagent.llm.causal.gguf import GGUF

PARTS = {inner: part for part, inner in INSIDE.items()}
PREFIX = "base_model.model.model.layers."


def write_adapter(folder: Path, config: Any, *, alpha: float, base: Path, path: Path) -> None:
    """Write the adapter in a folder that peft has written as a GGUF file.

    Args:
        folder: Holds its weights.
        config: Of the model that it adapts.
        alpha: Its scale, times its rank.
        base: The file of weights that it was trained on.
        path: The new file.
    """
    from gguf import GGUFWriter
    from safetensors.torch import load_file

    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    writer = GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_string("general.base_model.0.name", base.stem)
    writer.add_string(BASE, digest(base))
    for name, tensor in sorted(load_file(folder / WEIGHTS).items()):
        layer, _, rest = name.removeprefix(PREFIX).partition(".")
        inner, _, kind = rest.removesuffix(".weight").rpartition(".")
        part = PARTS[inner]
        if kind == "lora_B" and part in heads:
            tensor = pairs(tensor, heads[part])
        writer.add_tensor(f"blk.{layer}.{part}.weight.{kind.lower()}", tensor.half().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def merge_adapter(model: Any, path: Path, base: Path) -> None:
    """Add an adapter in a GGUF file to a model's weights.

    Raises:
        LLMError: It is none, of other weights, or damaged.
    """
    weights = model.state_dict()
    with _damage_told(path):
        for name, factors in read_adapter(model.config, path, base).items():
            weight = weights[f"{name}.weight"]
            weight += (factors.up @ factors.down).to(weight.dtype)


class Factors(NamedTuple):
    """What an adapter adds to a layer's weights: ``up @ down``.

    Attributes:
        down: Shape (rank, inputs).
        up: Shape (outputs, rank), its scale included.
    """

    down: Any
    up: Any


def read_adapter(config: Any, path: Path, base: Path) -> dict[str, Factors]:
    """Return what an adapter in a GGUF file adds, by the name of the layer in torch.

    Args:
        config: Of the model that it adapts.
        path: The file.
        base: The file of weights that it must have been trained on.

    Raises:
        LLMError: It is none, of other weights, or damaged.
    """
    import torch

    file = GGUF(path)
    check_base(file, base)
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    tensors = {name: torch.from_numpy(values) for name, values in file.tensors()}
    found = {}
    with _damage_told(path):
        for name, down in tensors.items():
            whole, _, kind = name.rpartition(".")
            if kind != "lora_a":
                continue
            _, layer, part, _ = whole.split(".")
            up = tensors[f"{whole}.lora_b"]
            up = halves(up, heads[part]) if part in heads else up
            up = up * (file.metadata["adapter.lora.alpha"] / down.shape[0])
            found[f"model.layers.{layer}.{INSIDE[part]}"] = Factors(down, up)
    return found


@contextlib.contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise LLMError(f"the adapter {path} is damaged: {error}; train it again") from error
