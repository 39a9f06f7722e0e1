"""Fuzz what is read of a stranger's model: ``python -m tests.fuzz.fuzz_weights``.

An input is a GGUF file, or else the files of a folder with an adapter, each after a line of ``==``
and its number among them. Arguments are libFuzzer's.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import atheris
import torch

with atheris.instrument_imports(include=["autoagent.llm.causal", "autoagent.llm.weights"]):
    from autoagent.llm.base import LLMError
    from autoagent.llm.causal import checkpoint
    from autoagent.llm.causal.convert import INSIDE, OUTSIDE
    from autoagent.llm.causal.load import MOST_WEIGHTS_A_BYTE, quiet
    from autoagent.llm.causal.load import _check_keys as check_keys
    from autoagent.llm.causal.load import _from_gguf as from_gguf
    from tests.fuzz.targets import CORPUS, PLACE, fuzz

MAGIC = b"GGUF"
MARK = b"\n=="
FILES = [checkpoint.ADAPTER, checkpoint.WEIGHTS, checkpoint.ORIGIN, checkpoint.SAMPLING]
FILES += [checkpoint.INDEX]


def one_input(data: bytes) -> None:
    """Read it as the loading of a model does; whatever is wrong with it is told in one way."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder, suppress(LLMError), quiet():
        if data.startswith(MAGIC):
            read_gguf(Path(folder, "model.gguf"), data)
        else:
            read_adapter(Path(folder), data)


def read_gguf(path: Path, data: bytes) -> None:
    """Load a model of a file; what little it is of is all that it takes."""
    path.write_bytes(data)
    model, _ = from_gguf(path, torch.float32)
    assert sum(weights.numel() for weights in model.parameters()) <= MOST_WEIGHTS_A_BYTE * len(data)


def read_adapter(folder: Path, data: bytes) -> None:
    """Read what says how an adapter is to be used, and the header of its weights."""
    for part in data.split(MARK)[1:]:
        number, _, content = part.partition(b"\n")
        name = FILES[int(number) % len(FILES) if number.isdigit() else 0]
        (folder / name).write_bytes(content)
    for read in (checkpoint.check_files, checkpoint.check_adapter, checkpoint.read_base):
        with suppress(LLMError):
            read(folder)
    with suppress(LLMError):
        json.dumps(asdict(checkpoint.read_sampling(folder)))
    with suppress(Exception):  # as the loading of an adapter expects them; a panic is none
        check_keys(folder / checkpoint.WEIGHTS, {})


def main() -> None:
    """Fuzz, beginning with the corpus; what takes seconds to import is not waited for later."""
    one_input((CORPUS / "weights" / "gguf").read_bytes())
    one_input((CORPUS / "weights" / "adapter").read_bytes())
    words = ["GGUF", *OUTSIDE, *(f"blk.0.{name}.weight" for name in INSIDE), *checkpoint.OF_LORA]
    words += ["general.alignment", "general.architecture", "llama.block_count", "__metadata__"]
    words += ["data_offsets", "dtype", "shape", "weight_map", "base", "temperature", "max_tokens"]
    fuzz("weights", one_input, words)


if __name__ == "__main__":
    main()
