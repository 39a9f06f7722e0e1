"""Which folders' files of settings the user has read and trusts, each as it was then."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import platformdirs

from autoagent.files import read_json, write_json


def is_trusted(path: Path, text: str) -> bool:
    """Tell whether the user trusts a file with this text."""
    return _known().get(str(path.resolve())) == _hash(text)


def trust(path: Path, text: str) -> None:
    """Trust a file with this text from now on.

    Raises:
        ValueError: That cannot be written down.
    """
    store = _store()
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        write_json(store, _known() | {str(path.resolve()): _hash(text)})
    except OSError as error:
        raise ValueError(f"{store} cannot be written: {error.strerror}") from None


def _store() -> Path:
    return platformdirs.user_data_path("autoagent") / "trusted.json"


def _known() -> dict[str, Any]:
    """Return the hashes of files, by path; what is damaged trusts nothing."""
    try:
        known = read_json(_store())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
