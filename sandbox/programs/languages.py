"""The languages that there are: as sources to learn from, and as targets to breed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sandbox.extensions import Extensions
from sandbox.programs.program import Language

Progress = Callable[[str], None]


class Described(Protocol):
    """What is known of a language before it is opened; a class has it as attributes.

    Attributes:
        title: What people and models call it.
        suffixes: Of its source files, with the dot; the usual one comes first.
        hello: A program that writes ``hello`` and a newline, to find out whether the language
            works here.

    A class may have a `note` as well: a sentence about what its programs are compiled for, which
    whoever writes one should know; a `fence`, where models know the language by another word
    than its name; and `counted_as`, where its programs count in no fuel: the target language that
    makes programs of the same sources which do.
    """

    title: str
    suffixes: tuple[str, ...]
    hello: str


class SourceLanguage(Described, Protocol):
    """Opens a language to translate from: run at native speed, in the jail."""

    def __call__(self, *, seed: int) -> Language:
        """Open it.

        Args:
            seed: What a program's random numbers follow from, where the language lets us choose.

        Raises:
            SandboxError: Something that it needs is missing; the message says what to install.
        """
        ...


class TargetLanguage(Described, Protocol):
    """Opens a language to translate to: run behind a wall, with its CPU counted in fuel."""

    def __call__(self, *, progress: Progress) -> Language:
        """Open it.

        Args:
            progress: Told a line before each slow stage of a first use.

        Raises:
            SandboxError: Something that it needs is missing; the message says what to install.
        """
        ...


DESCRIBED = ("__call__", "title", "suffixes", "hello")

SOURCES = Extensions[SourceLanguage](
    "autoagent.source_languages", "source language", needs=DESCRIBED
)
"""Languages to translate from, by name: those of installed packages, ours among them."""

TARGETS = Extensions[TargetLanguage](
    "autoagent.target_languages", "target language", needs=DESCRIBED
)
"""Languages to translate to, by name: those of installed packages, ours among them."""


def open_source(name: str, seed: int = 1) -> Language:
    """Open a language that programs are translated from.

    Args:
        name: Of the language.
        seed: What a program's random numbers follow from, where the language lets us choose.

    Raises:
        ExtensionError: There is no such language; the message lists those that there are.
        SandboxError: Something that it needs is missing; the message says what to install.
    """
    return SOURCES[name](seed=seed)


def open_target(name: str, progress: Progress = lambda line: None) -> Language:
    """Open a language that programs are translated to.

    Args:
        name: Of the language.
        progress: Told a line before each slow stage of a first use.

    Raises:
        ExtensionError: There is no such language; the message lists those that there are.
        SandboxError: Something that it needs is missing; the message says what to install.
    """
    return TARGETS[name](progress=progress)
