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
    found = [_forged(pair) for pair in pairs if pair["kind"] == "translation"]
    if not found:
        raise ValueError(f"{path} holds no pairs to translate; make some with `autoagent forge`")
    return found


def own(folder: Path) -> list[BundledTask]:
    """Return the programs of a folder as tasks: ``NAME.js``, and its inputs in a folder ``NAME``.

    Raises:
        ValueError: There are none, or one has too few inputs.
    """
    sources = sorted(folder.glob("*.js"))
    if not sources:
        raise ValueError(
            f"{folder} holds no programs; put NAME.js there, and its inputs in a folder NAME"
        )
    return [_own(source) for source in sources]


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


def _own(source: Path) -> BundledTask:
    folder = source.with_suffix("")
    files = sorted(path for path in folder.glob("*") if path.is_file())
    inputs = [read_whole(path) for path in files]
    return _task(source.stem, OWN, _read(source), inputs, f"the folder {folder}")


def _forged(pair: dict[str, Any]) -> BundledTask:
    level = f"generated {pair['level']}"
    name = f"forged-{pair['level']}-{pair['number']}"
    inputs = [given.encode() for given in pair["inputs"]]
    return _task(name, level, pair["source"], inputs, f"pair {pair['number']}")


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


def _pair(line: str, where: str) -> dict[str, Any]:
    try:
        pair = json.loads(line)
    except ValueError:
        pair = None
    if not isinstance(pair, dict) or not PAIR(pair):
        raise ValueError(f"{where} is no pair; give a file that `autoagent forge` wrote")
    return pair


def _read(path: Path) -> str:
    try:
        return read_whole(path).decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
