"""Adapters (LoRA) as GGUF files, for llama.cpp and torch alike: those bundled here, and others.

A bundled one is ``NAME.gguf``, with its card ``NAME.md`` beside it: how it was made.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autoagent.llm.base import LLMError, expanded
from autoagent.llm.weights import sha256

if TYPE_CHECKING:
    from autoagent.llm.causal.gguf import GGUF

BASE = "autoagent.base.sha256"
"""What an adapter says of the file of weights that it was trained on."""


def bundled() -> list[str]:
    """Return the names of the adapters that come with this package."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.gguf"))


def adapter_path(name: str) -> Path:
    """Return the file of an adapter: of a bundled one by its name, of any other by its path.

    Raises:
        LLMError: There is none.
    """
    if name in bundled():
        return Path(__file__).parent / f"{name}.gguf"
    path = expanded(name)
    if not path.is_file():
        raise LLMError(
            f"there is no adapter {name!r}: bundled are {', '.join(bundled())}; any other is given "
            "by the path of its GGUF file"
        )
    return path


def check_base(file: GGUF, base: Path) -> None:
    """Refuse what is no adapter, is cut off, or was trained on other weights.

    Args:
        file: The adapter.
        base: The weights that it shall adapt.

    Raises:
        LLMError: The message says what it is instead.
    """
    path, metadata = file.path, file.metadata
    if metadata.get("general.type") != "adapter" or metadata.get("adapter.type") != "lora":
        raise LLMError(f"{path} is a GGUF file, but no adapter; give one that a fine-tuning wrote")
    if file.is_cut():
        raise LLMError(f"the adapter {path} is damaged: it is cut off; fetch or train it again")
    wanted, found = metadata.get(BASE), digest(base)
    if wanted != found:
        name = metadata.get("general.base_model.0.name", "other weights")
        raise LLMError(
            f"the adapter {path} was trained on {name} (sha256 {str(wanted)[:12]}), and these "
            f"weights are {base.name} ({found[:12]}); use it with those that it was trained on, or "
            "train another: autoagent finetune --lora"
        )


@lru_cache(4)
def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as it was when it was asked for first."""
    return sha256(path)
