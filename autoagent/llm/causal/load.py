"""Load a causal language model in torch by its name. Nothing is ever fetched from a network."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autoagent.llm.base import LLMError
from autoagent.llm.causal.checkpoint import ADAPTER, read_base
from autoagent.llm.weights import smollm2_path

if TYPE_CHECKING:
    import torch

KNOWN = ("smollm2", "gguf:PATH", "hf:DIR", "tiny[:SEED]", "random:MODEL")
INSTALL = "install it with: pip install 'autoagent[rl]'"
DEEPEST = 8
"""Adapters on adapters that a folder may stand on."""
TINY = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
}


class Causal(NamedTuple):
    """A model and its tokenizer, as transformers knows them; the model is in evaluation mode."""

    model: Any
    tokenizer: Any


def load_causal(
    spec: str, *, dtype: torch.dtype | None = None, device: str | torch.device | None = None
) -> Causal:
    """Return the model that a name stands for.

    An adapter (LoRA) is merged into the weights that it was trained on.

    Args:
        spec: ``smollm2``; ``gguf:PATH``; ``hf:DIR``, a folder that transformers can load;
            ``tiny`` or ``tiny:SEED``, a random transformer of two layers with the tokenizer of
            SmolLM2; ``random:MODEL``, another model's architecture with random weights.
        dtype: Type of the weights; by default bfloat16 where the hardware computes with it,
            float32 elsewhere.
        device: Where it computes; by default a GPU, if there is one.

    Raises:
        LLMError: No such model, or it cannot be loaded.
    """
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        raise LLMError(
            f"{spec} needs the package {error.name}, which is missing; {INSTALL}"
        ) from None
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    with quiet():
        loaded = _load(spec, dtype or fastest(place), 0)
    return Causal(loaded.model.to(place).eval(), loaded.tokenizer)


def fastest(device: torch.device) -> torch.dtype:
    """Return the type that a device computes with best."""
    import torch

    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float32


def absolute(spec: str) -> str:
    """Return the name of the same model from any folder."""
    kind, colon, rest = spec.partition(":")
    if kind == "random":
        return f"{kind}:{absolute(rest)}"
    if kind in ("gguf", "hf"):
        return f"{kind}:{Path(rest).expanduser().absolute()}"
    return kind + colon + rest


def _load(spec: str, dtype: torch.dtype, depth: int) -> Causal:
    kind, _, rest = spec.partition(":")
    if spec == "smollm2":
        return _from_gguf(smollm2_path(), dtype)
    if kind == "gguf" and rest:
        return _from_gguf(Path(rest).expanduser(), dtype)
    if kind == "hf" and rest:
        return _from_folder(Path(rest).expanduser(), dtype, depth)
    if kind == "tiny" and (rest.isdecimal() or spec == "tiny"):
        config, tokenizer = _outline("smollm2")
        config.update(TINY)
        return Causal(_random(config, dtype, int(rest or 0)), tokenizer)
    if kind == "random" and rest:
        config, tokenizer = _outline(rest)
        return Causal(_random(config, dtype, 0), tokenizer)
    raise LLMError(f"unknown model {spec!r}; in torch there are: {', '.join(KNOWN)}")


def _from_gguf(path: Path, dtype: torch.dtype) -> Causal:
    from transformers import LlamaForCausalLM

    from autoagent.llm.causal.convert import config_of, tokenizer_of, weights_of
    from autoagent.llm.causal.gguf import GGUF

    file = GGUF(path)
    config, tokenizer = config_of(file), tokenizer_of(file)
    weights = weights_of(file, config)
    try:
        model, found = LlamaForCausalLM.from_pretrained(
            None, config=config, state_dict=weights, dtype=dtype, output_loading_info=True
        )
    except (RuntimeError, ValueError) as error:
        raise LLMError(f"the weights in {path} do not fit together: {error}") from error
    _check_whole(found, path)
    return Causal(model, tokenizer)


def _from_folder(folder: Path, dtype: torch.dtype, depth: int) -> Causal:
    if not folder.is_dir():
        raise LLMError(f"there is no folder {folder}; hf: takes a folder with a model's weights")
    if (folder / ADAPTER).is_file():
        return _with_adapter(folder, dtype, depth)
    from transformers import AutoModelForCausalLM

    tokenizer = _outline(f"hf:{folder}")[1]
    try:
        model, found = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,  # pickled weights could run code
            output_loading_info=True,
        )
    except Exception as error:  # a library that reads a stranger's folder fails in many ways
        raise LLMError(
            f"transformers cannot load {folder}: {_first_line(error)}; it must hold a causal "
            "language model with weights in safetensors"
        ) from error
    _check_whole(found, folder)
    return Causal(model, tokenizer)


def _with_adapter(folder: Path, dtype: torch.dtype, depth: int) -> Causal:
    """Load what an adapter was trained on, and merge the adapter into it."""
    try:
        from peft import PeftModel
    except ImportError:
        raise LLMError(f"{folder} needs the package peft, which is missing; {INSTALL}") from None
    base = read_base(folder)
    if depth >= DEEPEST:
        raise LLMError(f"{folder} stands on more than {DEEPEST} other adapters")
    if not (folder / "adapter_model.safetensors").is_file():
        raise LLMError(f"{folder} holds no adapter_model.safetensors; train it again")
    model, tokenizer = _load(base, dtype, depth + 1)
    try:
        adapted = PeftModel.from_pretrained(model, folder, local_files_only=True)
        return Causal(adapted.merge_and_unload(), tokenizer)
    except Exception as error:  # shapes, names and formats can all be wrong
        raise LLMError(
            f"the adapter in {folder} does not fit {base}, which {folder} says it was trained on: "
            f"{_first_line(error)}"
        ) from error


def _outline(spec: str) -> tuple[Any, Any]:
    """Return configuration and tokenizer of a model, without reading its weights."""
    from transformers import AutoConfig, AutoTokenizer

    from autoagent.llm.causal.convert import config_of, tokenizer_of
    from autoagent.llm.causal.gguf import GGUF

    kind, _, rest = spec.partition(":")
    if spec == "smollm2" or kind == "gguf":
        file = GGUF(smollm2_path() if spec == "smollm2" else Path(rest).expanduser())
        return config_of(file), tokenizer_of(file)
    if kind != "hf":
        raise LLMError(f"unknown model {spec!r} behind random:; use smollm2, gguf:PATH or hf:DIR")
    folder = Path(rest).expanduser()
    if (folder / ADAPTER).is_file():
        return _outline(read_base(folder))
    options = {"local_files_only": True, "trust_remote_code": False}
    try:
        return (
            AutoConfig.from_pretrained(folder, **options),
            AutoTokenizer.from_pretrained(folder, **options),
        )
    except Exception as error:  # a library that reads a stranger's folder fails in many ways
        raise LLMError(
            f"transformers cannot read {folder}: {_first_line(error)}; it must hold the "
            "configuration and the tokenizer of a causal language model"
        ) from error


def _random(config: Any, dtype: torch.dtype, seed: int) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            return AutoModelForCausalLM.from_config(config, dtype=dtype)
        except ValueError as error:
            raise LLMError(f"this is no causal language model: {_first_line(error)}") from error


def _check_whole(found: dict[str, Any], path: Path) -> None:
    """Refuse weights that transformers would fill up with random ones."""
    for key in ("missing_keys", "mismatched_keys", "unexpected_keys"):
        if found.get(key):
            names = sorted(map(str, found[key]))
            raise LLMError(
                f"the weights in {path} are for another architecture than it says: "
                f"{key.replace('_', ' ')}: {', '.join(names[:3])}"
                + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            )


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), repr(error))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from printing while it loads or saves."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():  # of peft about transformers, and the like
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
