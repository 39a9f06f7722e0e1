"""A model of which a part is trained: adapters, or all of its weights."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from autoagent.llm.adapters import adapter_path
from autoagent.llm.base import LLMError
from autoagent.llm.causal.adapter import read_adapter, write_adapter
from autoagent.llm.causal.checkpoint import write_origin
from autoagent.llm.causal.load import absolute, fastest, load_causal, quiet
from autoagent.llm.causal.sample import check_steps
from autoagent.llm.causal.score import check_head
from autoagent.llm.weights import smollm2_path
from sandbox.extras import pip_install

SCALE = 2
"""How much adapters count."""
ADAPTER_FILE = "adapter.gguf"


class Trainable:
    """A causal language model in evaluation mode (no dropout), with what is trained in it.

    Where the hardware computes with bfloat16, the model does. What is trained is float32 all the
    same: in bfloat16 a small step would round to none.

    Args:
        spec: The model that it begins as, see `load_causal`.
        lora: Rank of the adapters that are trained in each linear layer; None trains all weights.
        adapter: An adapter of SmolLM2, see `autoagent.llm.adapters`, that the new ones begin as;
            None begins with what changes nothing.
        seed: The adapters' first weights follow from it, without `adapter`.
        device: Where it computes.

    Attributes:
        spec: The model that it began as.
        lora: The rank, or None.
        model: The model with its adapters.
        tokenizer: Its tokenizer.

    Raises:
        LLMError: The model or the adapter cannot be loaded, or not be trained.
        ValueError: The rank is none.
    """

    def __init__(
        self,
        spec: str,
        *,
        lora: int | None = None,
        adapter: str | None = None,
        seed: int = 0,
        device: str | torch.device | None = None,
    ) -> None:
        if lora is not None and lora < 1:
            raise ValueError(f"lora is a rank of at least 1, or none at all, got {lora}")
        self.spec, self.lora = spec, lora
        dtype = torch.float32 if lora is None else None
        self.model, self.tokenizer = load_causal(spec, dtype=dtype, device=device)
        check_steps(self.model, spec)
        check_head(self.model, spec)
        self._adapted = None if lora is None else _adapt(self.model, lora, seed)
        if adapter is not None:
            self._begin_as(adapter)
        self._before: Any = None
        if not self._named():
            raise LLMError(
                f"{spec} is a model with adapters, of which all weights cannot be trained; give "
                "--lora to train adapters on top of it"
            )

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        device: torch.device = self.model.device
        return device

    def precision(self, *, coarse: bool = False) -> contextlib.AbstractContextManager[Any]:
        """Return a context in which float32 weights compute in the fastest type.

        Args:
            coarse: Whether a processor may compute with bfloat16, too, where it has instructions
                for that: faster, and with three digits. That does to learn given answers,
                and not to compare how likely an answer was and is.
        """
        dtype = fastest(self.device)
        if coarse and self.device.type == "cpu" and _has_bfloat16():
            return torch.autocast("cpu", torch.bfloat16)
        mixed = self.lora is None and dtype != torch.float32
        return torch.autocast(self.device.type, dtype) if mixed else contextlib.nullcontext()

    @contextlib.contextmanager
    def untrained(self) -> Iterator[Any]:
        """Give the model as it was before any training; it must not be trained."""
        if self._adapted is not None:
            with self._adapted.disable_adapter():
                yield self.model
            return
        if self._before is None:
            before = load_causal(self.spec, dtype=torch.float32, device=self.device)
            self._before = before.model.requires_grad_(False)
        yield self._before

    def parameters(self) -> list[torch.nn.Parameter]:
        """Return what is trained."""
        return list(self._named().values())

    def state_dict(self) -> dict[str, torch.Tensor]:
        """Return what is trained, by name; it changes with further training."""
        return {name: parameter.detach() for name, parameter in self._named().items()}

    @torch.no_grad()
    def load_state_dict(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take what was trained before.

        Raises:
            ValueError: It was trained in another architecture.
        """
        named = self._named()
        ours = {name: tuple(parameter.shape) for name, parameter in named.items()}
        theirs = {name: tuple(tensor.shape) for name, tensor in state.items()}
        if ours != theirs:
            names = {name for name, _ in ours.items() ^ theirs.items()}
            raise ValueError(
                f"this state is of another architecture than {self.spec} with lora {self.lora}: "
                f"{len(names)} names or shapes differ, such as {min(names)}"
            )
        for name, parameter in named.items():
            parameter.copy_(state[name])

    def save(self, folder: Path) -> None:
        """Write a folder from which `load_causal` makes this model: the adapters, or all.

        Adapters of SmolLM2 are there a second time, as a file that llama.cpp loads.

        Raises:
            OSError: The disk is full.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with quiet(), _disk_told():
            (self.model if self._adapted is None else self._adapted).save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)
        write_origin(folder, absolute(self.spec))
        if self.spec == "smollm2" and self.lora is not None:
            path = folder / ADAPTER_FILE
            alpha = float(SCALE * self.lora)
            write_adapter(folder, self.model.config, alpha=alpha, base=smollm2_path(), path=path)

    def _begin_as(self, adapter: str) -> None:
        """Give the adapters the weights of one that is there.

        Raises:
            LLMError: It is of another model or of another rank.
        """
        path = adapter_path(adapter)
        if self.spec != "smollm2":
            raise LLMError(
                f"the adapter {adapter} is for smollm2, and no beginning for {self.spec}"
            )
        state = {}
        for layer, factors in read_adapter(self.model.config, path, smollm2_path()).items():
            rank = len(factors.down)
            if rank != self.lora:
                raise LLMError(
                    f"the adapter {adapter} has rank {rank}, and lora is {self.lora}; "
                    f"give --lora {rank}"
                )
            state[f"{layer}.lora_A.default.weight"] = factors.down
            state[f"{layer}.lora_B.default.weight"] = factors.up / SCALE
        try:
            self.load_state_dict(state)
        except ValueError as error:
            raise LLMError(f"the adapter {adapter} adapts other layers: {error}") from error

    def _named(self) -> dict[str, torch.nn.Parameter]:
        return {name: each for name, each in self.model.named_parameters() if each.requires_grad}


@contextlib.contextmanager
def _disk_told() -> Iterator[None]:
    """Turn what safetensors says of a full disk into what everybody else says."""
    from safetensors import SafetensorError

    try:
        yield
    except SafetensorError as error:
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1]))) from None


def _has_bfloat16() -> bool:
    """Return whether this processor multiplies in bfloat16."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _adapt(model: Any, rank: int, seed: int) -> Any:
    """Put adapters into all linear layers but the last."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError:
        raise LLMError(
            f"lora needs the package peft, which is missing; install it with: {pip_install('rl')}"
        ) from None
    settings = LoraConfig(
        r=rank, lora_alpha=SCALE * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(seed)
        return get_peft_model(model, settings).eval()
