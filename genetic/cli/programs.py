"""What the commands about programs share: sources, candidates and inputs in files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status

from autoagent.cli.common import fail, progress
from autoagent.llm import Frame
from autoagent.similarity import Judged, Length, Measure, Sentence, Similarity, sentence_model
from autoagent.ui.words import counted
from genetic.translate.comparison import EXACT, MODES, TOLERANCE
from genetic.translate.given_files import MOST_BYTES, files_of
from genetic.translate.languages import ABIS, for_abi, is_native, language_of
from genetic.translate.task import Task, observe
from genetic.translate.widen import LONGEST_SECONDS, Widened, widened
from sandbox.extras import pip_install

MEASURES = ("length", "sentence", "judged")
Ask = Callable[[str, Frame, int], str]
"""Asks a model, given the query, what the answer must look like, and its longest length."""

SourceArgument = Annotated[
    Path, typer.Argument(help="Program to translate (such as .js or .py).", dir_okay=False)
]
MeasuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        help=f"How wrong outputs are compared: {', '.join(MEASURES)}, each with =WEIGHT if wanted "
        "(default: length and sentence). 'judged' asks the model.",
    ),
]

COMPARE = typer.Option(
    help=f"When outputs count as the same: {', '.join(MODES)} (usually {TOLERANCE:g}; relative to "
    "numbers beyond 1)."
)

AbiOption = Annotated[
    str,
    typer.Option(
        help=f"What a translation to C is compiled for: {', '.join(ABIS)} (machine code in the "
        "jail, on Linux)."
    ),
]
FuzzOption = Annotated[
    int,
    typer.Option(
        help="Further inputs, made of those given, for programs that get all of these right.",
        min=0,
        max=10_000,
    ),
]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a source is run on, to see what it does."""

    inputs: Annotated[
        Path | None,
        typer.Option(help="Folder of inputs: each file is what the program reads once."),
    ] = None
    no_input: Annotated[
        bool,
        typer.Option("--no-input", help="The program reads nothing; run it once without input."),
    ] = False
    stress: Annotated[
        Path | None,
        typer.Option(help="Larger input on which correct programs are measured.", dir_okay=False),
    ] = None

    def observe(self, source: Path, compare: str) -> Task:
        """Run a source on them, or exit.

        Args:
            source: Its file.
            compare: When outputs count as the same.
        """
        text, language = read_text(source, "source"), language_of(source)
        measured = None if self.stress is None else read_bytes(self.stress, "stress input")
        read = read_inputs(self.inputs, self.no_input)
        return observe(text, language, read, stress=measured, compare=compare)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How outputs are compared."""

    measures: MeasuresOption = None
    compare: Annotated[str, COMPARE] = EXACT


def compiled_for(target: str, abi: str) -> str:
    """Return the target language that a language and an ABI make, saying what is not exact.

    Raises:
        ExtensionError: There is no such language.
        ValueError: There is no such ABI, or not for this language.
    """
    chosen = for_abi(target, abi)
    if is_native(chosen):
        progress(
            f"{chosen}: what machine code does is not exactly the same on every machine; its fuel "
            "is counted as for wasm32, where the program is right there, too"
        )
    return chosen


def widely(task: Task, wanted: int, seed: int) -> Widened:
    """Return a task with further tests, saying that they are made, and what became of them."""
    if not wanted:
        return Widened(task)
    progress(f"making up to {wanted} further inputs of yours (--fuzz 0 makes none)")
    try:
        with Status("", console=Console(stderr=True)) as shown:
            wider = widened(
                task, wanted, seed, made=lambda count: shown.update(f"{count} of {wanted} made")
            )
    except KeyboardInterrupt:
        progress("interrupted while further inputs were made; nothing was asked or written yet")
        raise
    words = f"{counted(len(wider.task.further), 'further inputs')} made, to find counterexamples"
    if wider.task.further:
        words += "; together they are one more test"
    if wider.unused:
        words += f"; {wider.unused} more are not used: the source fails on them"
    if wider.hurried:
        words += f"; after {LONGEST_SECONDS:g} s no more were tried, a faster machine makes more"
    progress(words)
    return wider


def read_text(path: Path, what: str) -> str:
    """Read a program, or exit."""
    data = read_bytes(path, what)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        fail(f"{what} {path} is not UTF-8 (byte {error.start}); save it as UTF-8")


def read_bytes(path: Path, what: str) -> bytes:
    """Read a file of bounded length, or exit."""
    if path.exists() and not path.is_file():
        fail(f"{what} {path} is no ordinary file; give one that is")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        fail(f"{what} {path} cannot be read: {error.strerror}; give a file that can be")
    if len(data) > MOST_BYTES:
        fail(f"{what} {path} has more than {MOST_BYTES} bytes; give a smaller one")
    return data


def read_inputs(folder: Path | None, no_input: bool) -> Mapping[str, bytes]:
    """Return the inputs by name, in the order of their names, or exit."""
    if no_input:
        if folder is not None:
            fail("--inputs and --no-input exclude each other; give one of them")
        return {"none": b""}
    if folder is None:
        fail("no inputs: give a folder with --inputs, or --no-input if the program reads nothing")
    try:
        files = files_of(folder)
    except ValueError as error:
        fail(f"--inputs: {error}")
    if not files:
        fail(f"--inputs {folder} holds no files; put a file for each input there")
    return files


def chosen_measures(given: list[str] | None) -> dict[str, float]:
    """Return how much each measure counts, from ``name`` or ``name=weight``, or exit.

    By default the length counts, and the meaning where it can be told on this machine.
    """
    if not given:
        return {"length": 1.0} | ({"sentence": 1.0} if _sentence() else {})
    weights: dict[str, float] = {}
    for text in given:
        name, _, weight = text.partition("=")
        if name not in MEASURES:
            fail(f"--measure {text}: known measures are {', '.join(MEASURES)}")
        try:
            weights[name] = float(weight or 1)
        except ValueError:
            fail(f"--measure {text}: the weight must be a number")
    return weights


def similarity_of(weights: Mapping[str, float], ask: Ask | None = None) -> Similarity:
    """Return how outputs are compared.

    Args:
        weights: How much each measure counts, by name.
        ask: Asks a model, for its rating.

    Raises:
        ValueError: A measure is unknown or missing on this machine, or all weights are 0.
    """
    measures: list[tuple[Measure, float]] = []
    for name, weight in weights.items():
        if name == "length":
            measures.append((Length(), weight))
        elif name == "sentence":
            sentence = _sentence()
            if sentence is None:
                raise ValueError(
                    "the measure 'sentence' needs sentence-transformers and its model; "
                    + pip_install("genetic")
                )
            measures.append((sentence, weight))
        elif name == "judged" and ask is not None:
            measures.append((Judged(ask), weight))
        else:
            raise ValueError(f"unknown measure {name!r}; known: {', '.join(MEASURES)}")
    return Similarity(measures)


@functools.cache
def _sentence() -> Sentence | None:
    """Return the measure of meaning, saying so where it is missing."""
    sentence = sentence_model()
    if sentence is None:
        progress(
            "sentence-transformers or its model is missing, so wrong outputs are compared by "
            f"length alone; install it with: {pip_install('genetic')}"
        )
    return sentence
