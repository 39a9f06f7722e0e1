"""The languages that there are: as sources to learn from, and as targets to breed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sandbox.programs.c import C
from sandbox.programs.javascript import JavaScript
from sandbox.programs.program import Language
from sandbox.programs.python import PythonSource, PythonTarget

Progress = Callable[[str], None]
Opener = TypeVar("Opener", bound=Callable[..., Language])

SOURCES: Mapping[str, Callable[[int], Language]] = {
    "javascript": lambda seed: JavaScript(seed=seed),
    "python": lambda seed: PythonSource(),
}
"""Run at native speed, in the jail."""

TARGETS: Mapping[str, Callable[[Progress], Language]] = {
    "c": lambda progress: C(progress=progress),
    "python": lambda progress: PythonTarget(progress=progress),
}
"""Run behind the WebAssembly wall, with their CPU counted in fuel."""


def open_source(name: str, seed: int = 1) -> Language:
    """Open a language that programs are translated from.

    Args:
        name: Of the language.
        seed: What a program's random numbers follow from, where the language lets us choose.

    Raises:
        ValueError: There is no such language; the message lists those that there are.
        SandboxError: Something that it needs is missing; the message says what to install.
    """
    return _known(SOURCES, name, "source")(seed)


def open_target(name: str, progress: Progress = lambda line: None) -> Language:
    """Open a language that programs are translated to.

    Args:
        name: Of the language.
        progress: Told a line before each slow stage of a first use.

    Raises:
        ValueError: There is no such language; the message lists those that there are.
        SandboxError: Something that it needs is missing; the message says what to install.
    """
    return _known(TARGETS, name, "target")(progress)


def _known(languages: Mapping[str, Opener], name: str, role: str) -> Opener:
    if name not in languages:
        known = ", ".join(sorted(languages))
        raise ValueError(f"{name!r} is no {role} language; known are: {known}")
    return languages[name]
