"""What a folder with a trained model says besides its weights, and whether that can be trusted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from autoagent.files import open_ordinary, read_json
from autoagent.llm.base import LLMError

ORIGIN = "autoagent.json"
SAMPLING = "sampling.json"
ADAPTER = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
INDEX = "model.safetensors.index.json"
OF_LORA = (
    "base_model_name_or_path",
    "inference_mode",
    "lora_alpha",
    "lora_dropout",
    "peft_type",
    "peft_version",
    "r",
    "target_modules",
    "task_type",
)
"""What may differ between adapters; all else would be another kind of adapter, or more than one."""
MOST_RANK = 1024
"""Of an adapter. What a rank of a billion stands for is made before it is filled from the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a model was sampled when it was trained; None where its folder does not say.

    Attributes:
        temperature: Its sampling temperature.
        max_tokens: Its longest answer, in tokens.
        constrained: Whether its code was held to what Python can be.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    constrained: bool = False


def write_origin(folder: Path, base: str) -> None:
    """Write down what a trained model began as."""
    (folder / ORIGIN).write_text(json.dumps({"base": base}, indent=2) + "\n")


def write_sampling(folder: Path, sampling: Sampling) -> None:
    """Write down how a model is to be sampled."""
    (folder / SAMPLING).write_text(json.dumps(asdict(sampling), indent=2) + "\n")


def read_base(folder: Path) -> str:
    """Return the model that an adapter in a folder was trained on.

    Raises:
        LLMError: The folder does not say.
    """
    base = _read(folder / ORIGIN).get("base")
    if not isinstance(base, str):
        raise LLMError(
            f"{folder} holds an adapter, but no {ORIGIN} that names its base; write one, such as "
            '{"base": "smollm2"}'
        )
    return base


def read_sampling(folder: Path) -> Sampling:
    """Return how the model in a folder is to be sampled.

    Raises:
        LLMError: The folder says something impossible.
    """
    data = _read(folder / SAMPLING)
    unknown = data.keys() - {field.name for field in fields(Sampling)}
    temperature, tokens = data.get("temperature"), data.get("max_tokens")
    constrained = data.get("constrained", False)
    if unknown or not (
        (temperature is None or (type(temperature) in (int, float) and 0 <= temperature < 1e6))
        and (tokens is None or (type(tokens) is int and tokens > 0))
        and type(constrained) is bool
    ):
        raise LLMError(
            f"{folder / SAMPLING} says {data}; it may have a temperature of 0 or more, "
            "max_tokens of 1 or more and constrained, true or false, or be left out"
        )
    return Sampling(temperature=temperature, max_tokens=tokens, constrained=constrained)


def check_adapter(folder: Path) -> None:
    """Make sure that an adapter is a plain LoRA, with its weights in safetensors.

    What peft knows beside it names modules to import, models to fetch, files to unpickle.

    Raises:
        LLMError: It is not.
    """
    from peft import LoraConfig

    if not (folder / WEIGHTS).is_file():
        raise LLMError(f"{folder} holds no {WEIGHTS}; train it again")
    data, plain = _read(folder / ADAPTER), LoraConfig(task_type="CAUSAL_LM").to_dict()
    if data.get("peft_type") != "LORA":
        raise LLMError(f"the adapter in {folder} is a {data.get('peft_type')!r}; use a LORA")
    for name, value in data.items():
        if name not in OF_LORA and value and value != plain.get(name):
            raise LLMError(
                f"the adapter in {folder} is no plain LoRA: its {name} is {str(value)[:80]!r}"
            )
    rank = data.get("r", plain["r"])
    if type(rank) is not int or not 1 <= rank <= MOST_RANK:
        raise LLMError(
            f"the adapter in {folder} says its rank r is {str(rank)[:80]}; 1 to {MOST_RANK} can be"
        )


def check_files(folder: Path) -> None:
    """Make sure that all files are ordinary, and weights in many all in safetensors, and here.

    Raises:
        LLMError: They are not.
    """
    for path in sorted(folder.iterdir()):
        if path.exists() and not path.is_dir():
            _require_ordinary(path)
    files = _read(folder / INDEX).get("weight_map", {})
    if not isinstance(files, dict):
        raise LLMError(f"{folder / INDEX} must have a weight_map that is an object")
    for name in files.values():
        if Path(str(name)).name != name or not name.endswith(".safetensors"):
            raise LLMError(
                f"{folder / INDEX} names {str(name)[:80]!r}, which is no file of the folder in "
                "safetensors"
            )


def _require_ordinary(path: Path) -> None:
    try:
        open_ordinary(path).close()
    except OSError as error:
        raise LLMError(f"{path} cannot be read: {error.strerror}; remove it") from None


def _read(path: Path) -> dict[str, Any]:
    """Return the object in a file; without the file, an empty one."""
    try:
        data = read_json(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LLMError(f"{path} cannot be read: {error}") from None
    if not isinstance(data, dict):
        raise LLMError(f"{path} must hold a JSON object")
    return data
