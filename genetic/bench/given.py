"""Tasks that are not bundled: forged pairs, and programs of one's own, each with its inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from autoagent.events import count, list_of, record, text
from autoagent.files import read_whole
from genetic.translate.comparison import EXACT
from genetic.translate.given_files import files_of
from genetic.translate.tasks import BundledTask

FEWEST = 2
"""Inputs of a task: one to breed on, and a hidden one."""
PAIR = record(kind=text, level=count, number=count, source=text, inputs=list_of(text))
OWN = "given"
"""The level of programs of one's own."""


def forged(path: Path) -> list[BundledTask]:
    """Return the pairs of a file that ``autoagent forge`` wrote as tasks; mends are left out.

    Raises:
        ValueError: It cannot be read, or a line of it is no pair.
    """
    lines = enumerate(_read(path).splitlines(), 1)
    pairs = [_pair(line, f"line {number} of {path}") for number, line in lines]
    found = [task for task in pairs if task is not None]
    if not found:
        raise ValueError(f"{path} holds no pairs to translate; make some with `autoagent forge`")
    return found


def own(folder: Path) -> list[BundledTask]:
    """Return the programs of a folder as tasks: ``NAME.js``, and its inputs in a folder ``NAME``.

    Raises:
        ValueError: There are none, or one has too few inputs.
    """
    sources = files_of(folder, ".js")
    if not sources:
        raise ValueError(
            f"{folder} holds no programs; put NAME.js there, and its inputs in a folder NAME"
        )
    return [_own(folder, name, source) for name, source in sources.items()]


def mixed(kinds: Sequence[Sequence[BundledTask]]) -> list[BundledTask]:
    """Return tasks of several kinds in turn, so that what is cut short has some of each.

    Raises:
        ValueError: Two have the same name.
    """
    tasks = [task for task in chain(*zip_longest(*kinds)) if task is not None]
    names = [task.name for task in tasks]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two tasks are called {name}; rename one, or leave one out")
    return tasks


def _own(folder: Path, file: str, source: bytes) -> BundledTask:
    name = Path(file).stem
    inputs = files_of(folder / name) if (folder / name).is_dir() else {}
    text = _text(source, folder / file)
    return _task(name, OWN, text, list(inputs.values()), f"the folder {folder / name}")


def _forged(pair: dict[str, Any], where: str) -> BundledTask:
    level = f"generated {pair['level']}"
    name = f"forged-{pair['level']}-{pair['number']}"
    try:
        source, *inputs = (each.encode() for each in (pair["source"], *pair["inputs"]))
    except UnicodeEncodeError:
        raise ValueError(
            f"{where} holds half of a character, which no file can hold; leave that pair out"
        ) from None
    return _task(name, level, source.decode(), inputs, where)


def _task(name: str, level: str, source: str, inputs: Sequence[bytes], where: str) -> BundledTask:
    if len(inputs) < FEWEST:
        raise ValueError(
            f"{where} has {len(inputs)} inputs for {name}; give at least {FEWEST}, of which the "
            "second half is hidden"
        )
    half = (len(inputs) + 1) // 2
    return BundledTask(
        name=name,
        title=name,
        level=level,
        source=source,
        inputs=tuple(inputs[:half]),
        hidden=tuple(inputs[half:]),
        stress=None,
        compare=EXACT,
    )


def _pair(line: str, where: str) -> BundledTask | None:
    """Return the pair of a line as a task; None of a mend."""
    try:
        pair = json.loads(line)
    except ValueError:
        pair = None
    if not isinstance(pair, dict) or not PAIR(pair):
        raise ValueError(f"{where} is no pair; give a file that `autoagent forge` wrote")
    return _forged(pair, where) if pair["kind"] == "translation" else None


def _read(path: Path) -> str:
    try:
        return _text(read_whole(path), path)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read: {error.strerror}; give a file that can be"
        ) from None


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
