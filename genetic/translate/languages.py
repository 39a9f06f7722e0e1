"""What programs in files are written in, by their suffixes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.extensions import ExtensionError, Extensions
from sandbox.programs import SOURCES, TARGETS


def language_of(source: Path) -> str:
    """Return what a source file is written in, by its suffix.

    Raises:
        ValueError: The suffix is of no language, or of two; the message lists those that are known.
    """
    return _by_suffix(SOURCES, source, "translate from")


def target_of(candidate: Path) -> str:
    """Return what a translation is written in, by its suffix.

    Raises:
        ValueError: The suffix is of no language, or of two; the message lists those that are known.
    """
    return _by_suffix(TARGETS, candidate, "translate to")


def _by_suffix(languages: Extensions[Any], path: Path, what: str) -> str:
    names = [name for name, language in _loadable(languages) if path.suffix in language.suffixes]
    if len(names) > 1:
        raise ValueError(
            f"{path.name} may be in {' or in '.join(names)}; uninstall the packages of all but one"
        )
    if not names:
        known = ", ".join(
            f"{suffix} ({language.title})"
            for _, language in _loadable(languages)
            for suffix in language.suffixes
        )
        raise ValueError(f"{path.name} is in no language known here to {what}; known are: {known}")
    return names[0]


def _loadable(languages: Extensions[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what can be loaded: a broken language must not hide the others."""
    for name in languages:
        try:
            yield name, languages[name]
        except ExtensionError:
            continue
