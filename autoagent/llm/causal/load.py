"""Load a causal language model in torch by its name. Nothing is ever fetched from a network."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autoagent.llm.adapters import adapter_path, bundled
from autoagent.llm.base import CONSTRAINED, LLMError, expanded, own_name
from autoagent.llm.causal.checkpoint import ADAPTER, WEIGHTS, check_adapter, check_files, read_base
from autoagent.llm.weights import fingerprint, is_path, smollm2_path
from sandbox.extras import pip_install

if TYPE_CHECKING:
    import torch

    from autoagent.llm.causal.gguf import GGUF

KNOWN = ("smollm2[:ADAPTER]", "gguf:PATH", "hf:DIR", "tiny[:SEED]", "random:MODEL")
DEEPEST = 8
"""Adapters on adapters that a folder may stand on."""
MOST_LAYERS = 1024
"""Layers of a model; a folder that says it has a billion would be waited for for ever."""
LONGEST_SEED = 18
MOST_WEIGHTS_A_BYTE = 8
"""Of a file that holds them; the densest packing has five."""
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
        spec: ``smollm2``; ``smollm2:ADAPTER``, see `autoagent.llm.adapters`; ``gguf:PATH``;
            ``hf:DIR``, a folder that transformers can load; ``tiny`` or ``tiny:SEED``, a random
            transformer of two layers with the tokenizer of SmolLM2; ``random:MODEL``, another
            model's architecture with random weights.
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
            f"{spec} needs the package {error.name}, which is missing; "
            f"install it with: {pip_install('rl')}"
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
    if kind in ("random", CONSTRAINED):
        return f"{kind}:{absolute(rest)}"
    if kind in ("gguf", "hf") and rest:
        return f"{kind}:{expanded(rest).absolute()}"
    if kind == "smollm2" and rest and rest not in bundled():
        return f"{kind}:{expanded(rest).absolute()}"
    return kind + colon + rest


def files_of(spec: str) -> list[Path]:
    """Return the files that a model which can be loaded comes from, by its name.

    Those of what an adapter was trained on are among them.
    """
    kind, _, rest = spec.partition(":")
    if kind == "random":
        return files_of(rest)
    if kind == "gguf":
        return [expanded(rest)]
    if kind == "hf":
        folder = expanded(rest)
        own = sorted(path for path in folder.iterdir() if path.is_file())
        return own + (files_of(read_base(folder)) if (folder / ADAPTER).is_file() else [])
    adapter = [adapter_path(rest)] if kind == "smollm2" and rest else []
    return [smollm2_path(), *adapter]


def fingerprints(spec: str) -> dict[str, str]:
    """Return the fingerprint of a model by its name; see `autoagent.llm.weights.weights_by_name`.

    Raises:
        LLMError: A file cannot be read.
    """
    return {spec: fingerprint(files_of(own_name(spec)[0]))} if is_path(spec) else {}


def _load(spec: str, dtype: torch.dtype, depth: int) -> Causal:
    kind, _, rest = spec.partition(":")
    if spec == "smollm2":
        return _from_gguf(smollm2_path(), dtype)
    if kind == "smollm2" and rest:
        return _adapted(rest, dtype)
    if kind == "gguf" and rest:
        return _from_gguf(expanded(rest), dtype)
    if kind == "hf" and rest:
        return _from_folder(expanded(rest), dtype, depth)
    if spec == "tiny" or (kind == "tiny" and rest.isdecimal() and len(rest) <= LONGEST_SEED):
        config, tokenizer = _outline("smollm2")
        config.update(TINY)
        return Causal(_random(config, dtype, int(rest or 0)), tokenizer)
    if kind == "random" and rest:
        config, tokenizer = _outline(rest)
        return Causal(_random(config, dtype, 0), tokenizer)
    raise LLMError(f"unknown model {spec!r}; in torch there are: {', '.join(KNOWN)}")


def _from_gguf(path: Path, dtype: torch.dtype) -> Causal:
    from transformers import LlamaForCausalLM

    from autoagent.llm.causal.convert import weights_of
    from autoagent.llm.causal.gguf import GGUF

    file = GGUF(path)
    config, tokenizer = _outline_of_gguf(file)
    with _damage_told(path):
        _check_size(config, path.stat().st_size)
        weights = weights_of(file, config)
        model, found = LlamaForCausalLM.from_pretrained(
            None, config=config, state_dict=weights, dtype=dtype, output_loading_info=True
        )
    _check_whole(found, path)
    return Causal(model, tokenizer)


def _adapted(name: str, dtype: torch.dtype) -> Causal:
    """Load SmolLM2 with an adapter in a GGUF file."""
    from autoagent.llm.causal.adapter import merge_adapter

    path, base = adapter_path(name), smollm2_path()
    loaded = _from_gguf(base, dtype)
    merge_adapter(loaded.model, path, base)
    return loaded


def _from_folder(folder: Path, dtype: torch.dtype, depth: int) -> Causal:
    try:
        there = folder.is_dir()
    except OSError:  # a name may be too long
        there = False
    if not there:
        raise LLMError(f"there is no folder {folder}; hf: takes a folder with a model's weights")
    if (folder / ADAPTER).is_file():
        return _with_adapter(folder, dtype, depth)
    for inner in ("policy", "model"):
        if (folder / inner).is_dir() and not (folder / "config.json").exists():
            raise LLMError(f"{folder} is a training run; its model is hf:{folder / inner}")
    from transformers import AutoModelForCausalLM

    check_files(folder)
    config, tokenizer = _outline(f"hf:{folder}")
    try:
        _check_size(config, sum(path.stat().st_size for path in folder.glob("*.safetensors")))
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
        from peft import PeftModel, get_peft_model_state_dict
    except ImportError:
        raise LLMError(
            f"{folder} needs the package peft, which is missing; "
            f"install it with: {pip_install('rl')}"
        ) from None
    base = read_base(folder)
    if depth >= DEEPEST:
        raise LLMError(f"{folder} stands on more than {DEEPEST} other adapters")
    check_adapter(folder)
    model, tokenizer = _load(base, dtype, depth + 1)
    try:
        adapted = PeftModel.from_pretrained(model, folder, local_files_only=True)
        _check_keys(folder / WEIGHTS, get_peft_model_state_dict(adapted))
        return Causal(adapted.merge_and_unload(), tokenizer)
    except Exception as error:  # shapes, names and formats can all be wrong
        raise LLMError(
            f"the adapter in {folder} does not fit {base}, which {folder} says it was trained on: "
            f"{_first_line(error)}"
        ) from error


def _outline(spec: str, depth: int = 0) -> tuple[Any, Any]:
    """Return configuration and tokenizer of a model, without reading its weights."""
    from transformers import AutoConfig, AutoTokenizer

    from autoagent.llm.causal.gguf import GGUF

    kind, _, rest = spec.partition(":")
    if kind in ("smollm2", "gguf"):
        path = smollm2_path() if kind == "smollm2" else expanded(rest)
        return _outline_of_gguf(GGUF(path))
    if kind != "hf":
        raise LLMError(f"unknown model {spec!r} behind random:; use smollm2, gguf:PATH or hf:DIR")
    folder = expanded(rest)
    if (folder / ADAPTER).is_file():
        if depth >= DEEPEST:
            raise LLMError(f"{folder} stands on more than {DEEPEST} other adapters")
        return _outline(read_base(folder), depth + 1)
    options = {"local_files_only": True, "trust_remote_code": False}
    try:
        config = AutoConfig.from_pretrained(folder, **options)
        _check_config(config)
        return config, AutoTokenizer.from_pretrained(folder, **options)
    except Exception as error:  # a library that reads a stranger's folder fails in many ways
        raise LLMError(
            f"transformers cannot read {folder}: {_first_line(error)}; it must hold the "
            "configuration and the tokenizer of a causal language model"
        ) from error


def _outline_of_gguf(file: GGUF) -> tuple[Any, Any]:
    from autoagent.llm.causal.convert import config_of, tokenizer_of

    with _damage_told(file.path):
        config = config_of(file)
        _check_config(config)
        return config, tokenizer_of(file)


@contextlib.contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Turn whatever making something of a file raises into what to do about it."""
    try:
        yield
    except LLMError:
        raise
    except Exception as error:  # what a damaged file says can be of any type
        raise LLMError(
            f"{path} is damaged: {_first_line(error)}; fetch it again, or use another file"
        ) from error


def _check_config(config: Any) -> None:
    """Refuse what would take for ever, or fetch code.

    Raises:
        ValueError: The message says why.
    """
    layers = getattr(config, "num_hidden_layers", None) or 0
    if layers > MOST_LAYERS:
        raise ValueError(f"it says that it has {layers} layers; {MOST_LAYERS} are allowed")
    attention = getattr(config, "_attn_implementation", None)
    if "/" in str(attention):  # the name of a repository, from which code would be run
        raise ValueError(f"its attention is {attention!r}, which is code from elsewhere")


def _check_size(config: Any, file_bytes: int) -> None:
    """Refuse a model that its file cannot hold: what is missing would be made before it is missed.

    Raises:
        ValueError: The message says how many weights it says it has.
    """
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    tensors = [*model.parameters(), *model.buffers()]
    weights = sum(tensor.numel() for tensor in tensors)
    if weights > MOST_WEIGHTS_A_BYTE * file_bytes:
        raise ValueError(f"it says that it has {weights:,} weights, in {file_bytes:,} bytes")


def _random(config: Any, dtype: torch.dtype, seed: int) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            return AutoModelForCausalLM.from_config(config, dtype=dtype)
        except (ValueError, RuntimeError) as error:
            raise LLMError(
                f"no causal language model can be made of this: {_first_line(error)}"
            ) from error


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


def _check_keys(path: Path, wanted: dict[str, Any]) -> None:
    """Refuse an adapter of which a part is missing, and would be random, or left over."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        differ = set(file.keys()) ^ wanted.keys()
    if differ:
        raise ValueError(f"{len(differ)} names differ, such as {min(differ)}")


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
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
