"""`autoagent coder preprocess` and `export`: data sets, made and taken further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import SeedOption, Server
from autoagent.files import read_whole, write_text
from autoagent.llm import LLM
from autoagent.llm.base import own_name
from autoagent.printable import printable
from genetic.coder.dataset import (
    BUNDLED,
    LARGEST,
    LONGEST_PREFIX,
    Pair,
    chosen_pairs,
    conversations,
    cut_pairs,
    load_pairs,
    write_pairs,
)
from genetic.coder.human_eval import is_tasks, read_tasks

NameOption = Annotated[str, typer.Option("--name", "-n", help="Name of the data set.")]
FolderOption = Annotated[Path, typer.Option(help="Where data/ and eval/ are.", file_okay=False)]


def preprocess(
    source: Annotated[
        Path,
        typer.Argument(help="Folder with .py files, or tasks like HumanEval's: .jsonl, .jsonl.gz."),
    ],
    *,
    name: NameOption,
    size: Annotated[int, typer.Option("--size", "-s", help="Most pairs.", min=1)] = 24,
    longest: Annotated[
        int, typer.Option(help="Longest prefix that is cut out, in characters.", min=1)
    ] = LONGEST_PREFIX,
    seed: SeedOption = 0,
    folder: FolderOption = Path(),
) -> None:
    """Make pairs: a function's head and docstring, then its body; or tasks as they are."""
    with bad_input_exits():
        place = _data(folder, name)
        if place.exists():
            fail(f"{place} is there already; give another --name, or remove it")
        pairs = (
            _tasks(source, size, seed) if is_tasks(source) else _cut(source, size, seed, longest)
        )
        try:
            write_pairs(place, pairs)
        except OSError as error:
            fail(f"{place} cannot be written: {error.strerror}")
    progress(f"{len(pairs)} pairs in {place}")


def export(*, name: NameOption, folder: FolderOption = Path()) -> None:
    """Write a data set as conversations to learn from, as `autoagent finetune` takes them."""
    with bad_input_exits():
        pairs = pairs_of(folder, name)
        path = _data(folder, name) / "conversations.jsonl"
        write_text(path, "".join(conversations(pairs)))
    progress(f"{len(pairs)} conversations in {path}")


def models_of(
    stack: ExitStack, server: Server, first: str, feedback: str | None, style: str = "raw"
) -> list[LLM]:
    """Return the model of the first attempts, and another for the rest if there is one, or exit."""
    names = named(first, feedback)
    for name in names:
        if style == "chat" and own_name(name)[1]:
            fail(
                f"{name} is held to Python only where it goes on with the code itself; use the "
                "style raw, or leave `constrained:` out"
            )
    return [stack.enter_context(closing(server.model(name, "completion"))) for name in names]


def named(first: str, feedback: str | None) -> tuple[str, ...]:
    """Return the names of these models, each once."""
    return (first,) if feedback in (None, first) else (first, str(feedback))


def _data(folder: Path, name: str) -> Path:
    if not name or name in (".", "..") or Path(name).name != name:
        fail(f"{name!r} is no name of a data set; give one without slashes")
    return folder / "data" / name


def pairs_of(folder: Path, name: str) -> list[Pair]:
    """Return the pairs of a data set; those that are none are named, and the rest goes on."""
    pairs, faults = load_pairs(BUNDLED if name == BUNDLED.name else _data(folder, name))
    _tell(faults)
    return pairs


def _cut(source: Path, size: int, seed: int, longest: int) -> list[Pair]:
    if not source.is_dir():
        fail(f"{source} is no folder; name one with .py files, or a file that ends with .jsonl")
    pairs = cut_pairs(list(_sources(source)), size, seed, longest)
    if not pairs:
        fail(
            f"nothing in {source} can be cut: no function there has a docstring and a body, and at "
            f"most {longest} characters up to them"
        )
    return pairs


def _tasks(source: Path, size: int, seed: int) -> list[Pair]:
    pairs, faults = read_tasks(source)
    _tell(faults)
    if not pairs:
        fail(f"there is no task in {source} (a line with task_id, prompt, canonical_solution ...)")
    return chosen_pairs(pairs, size, seed)


def _tell(faults: Sequence[str]) -> None:
    for fault in faults:
        progress(f"left out: {printable(fault)}")


def _sources(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.py")):
        try:
            text = read_whole(path, LARGEST).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            progress(f"left out: {printable(str(path))} ({error})")
            continue
        yield ".".join(path.relative_to(folder).with_suffix("").parts), text
