"""What programs in files are written in, by their suffixes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from genetic.search.text import gist, trimmed
from sandbox.extensions import ExtensionError, Extensions
from sandbox.programs import SOURCES, TARGETS

WASM32, NATIVE = "wasm32", "native"
ABIS = (WASM32, NATIVE)
"""What programs can be compiled for."""


def for_abi(target: str, abi: str) -> str:
    """Return the target language that is another one, but compiled for an ABI.

    Raises:
        ExtensionError: There is no such target language.
        ValueError: The ABI is unknown, or nothing compiles that language for it; the message says
            what there is.
    """
    TARGETS.point(target)
    if abi not in ABIS:
        raise ValueError(f"--abi {abi}: known are {', '.join(ABIS)}")
    native = f"{target}-{NATIVE}"
    if abi == WASM32 or is_native(target):
        return target
    if native not in TARGETS:
        known = [name.removesuffix(f"-{NATIVE}") for name in TARGETS if is_native(name)]
        raise ValueError(
            f"--abi {NATIVE}: {target} has no machine code; those that have are {', '.join(known)}"
        )
    return native


def is_native(target: str) -> bool:
    """Tell whether programs in a target language run as machine code, behind the jail alone."""
    return target.endswith(f"-{NATIVE}")


def fence_of(target: str) -> str:
    """Return the word behind the fence of a block of code in a target language."""
    return str(getattr(TARGETS[target], "fence", target))


def same_in(target: str) -> Callable[[str], str]:
    """Return what is equal of two programs that are the same: in C, white space says nothing."""
    return gist if fence_of(target) == "c" else trimmed


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
