"""Tasks in the layout of HumanEval (Chen et al. 2021) and EvalPlus: a JSON object in each line."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from autoagent.files import read_whole
from genetic.coder.dataset import Pair, level_of
from genetic.coder.examples import examples_in

LARGEST = 1 << 27
"""Bytes of a file, unpacked."""
FIELDS = ("task_id", "prompt", "canonical_solution", "test", "entry_point")
SUFFIXES = (".jsonl", ".jsonl.gz")


def is_tasks(path: Path) -> bool:
    """Tell whether a path names such a file."""
    return path.name.endswith(SUFFIXES)


def read_tasks(path: Path) -> tuple[list[Pair], list[str]]:
    """Return the tasks of a file as pairs, and what is wrong with those that are none.

    Raises:
        ValueError: The file cannot be read.
    """
    pairs: list[Pair] = []
    faults: list[str] = []
    for number, line in enumerate(_read(path).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            pairs.append(_pair(line))
        except ValueError as error:
            faults.append(f"{path.name}, line {number}: {error}")
    return pairs, faults


def _read(path: Path) -> bytes:
    try:
        data = read_whole(path, LARGEST)
        if path.suffix != ".gz":
            return data
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        unpacked = unpacker.decompress(data, LARGEST)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read: {error.strerror or error}; give a file that can be"
        ) from None
    except zlib.error as error:
        raise ValueError(f"{path} cannot be unpacked: {error}") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError(f"{path} is cut short, or larger than {LARGEST >> 20} MiB unpacked")
    return unpacked


def _pair(line: bytes) -> Pair:
    try:
        task: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start})") from None
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(task, dict):
        raise ValueError("it is no object")
    for name in FIELDS:
        if not isinstance(task.get(name), str) or not task[name].strip():
            raise ValueError(f"{name} is missing, or no text")
    if not task["entry_point"].isidentifier():
        raise ValueError(f"entry_point {task['entry_point']!r} is no name")
    prompt, solution = task["prompt"], task["canonical_solution"]
    name = "".join(sign if sign.isalnum() or sign in "-_" else "." for sign in task["task_id"])
    return Pair(
        name=f"level_{level_of(solution)}/{name.strip('.')}",
        input=prompt,
        output=solution,
        examples=examples_in(prompt),
        tests=f"{task['test']}\n\ncheck({task['entry_point']})\n",
    )
