"""Pairs of a prefix and what comes next: found in folders, cut out of source files, exported."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from autoagent.files import read_whole, write_text
from genetic.coder.examples import examples_in, running
from genetic.coder.pair_file import parted
from genetic.coder.prompts import END, FENCE, GO_ON
from genetic.coder.settings import SYSTEM
from sandbox.parsing import parse

SUFFIX = ".py"
"""Of a pair that is one file; see `genetic.coder.pair_file`."""
LARGEST = 1 << 20
"""Bytes of one half."""
LEVELS = (4, 10)
"""The most lines of what is to be written on the first levels; what is longer is on the last."""
LONGEST_PREFIX = 4000
"""Characters of a prefix that is cut out, by default; models read no more than a few thousand
tokens."""

BUNDLED = Path(__file__).parent / "bundled"
"""The pairs that come with the package, in the layout of a data set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prefix, and what came next where it was found.

    Attributes:
        name: ``level_k/PAIR``.
        input: The prefix.
        output: What came next.
        examples: What the analyzer ``tests`` runs behind the program; empty if there is none.
        tests: What is run behind the program at the end, and no model is told; likewise.
    """

    name: str
    input: str
    output: str
    examples: str = ""
    tests: str = ""


def load_pairs(folder: Path) -> tuple[list[Pair], list[str]]:
    """Return the pairs in a data set, and what is wrong with those that are none.

    Raises:
        ValueError: There is no pair at all.
    """
    found: dict[str, Pair] = {}
    faults = []
    for place in sorted(folder.glob("level_*/pairs/*")):
        is_file = place.suffix == SUFFIX and not place.is_dir()
        name = f"{place.parent.parent.name}/{place.stem if is_file else place.name}"
        try:
            pair = _of_file(name, place) if is_file else _pair(name, place)
        except ValueError as error:
            faults.append(f"{name}: {error}")
            continue
        if name in found:
            faults.append(f"{name}: {place.name} is the second pair of that name; rename it")
            continue
        found[name] = pair
    if not found:
        told = f": {faults[0]}" if faults else ""
        raise ValueError(
            f"there is no pair in {folder} (level_0/pairs/PAIR/input.txt and output.txt){told}; "
            "`autoagent coder preprocess` makes some"
        )
    return list(found.values()), faults


def _pair(name: str, folder: Path) -> Pair:
    halves = [_text(folder / f"{half}.txt") for half in ("input", "output")]
    for half, text in zip(("input", "output"), halves, strict=True):
        if text is None:
            raise ValueError(f"{half}.txt is missing")
    more = [_text(folder / f"{half}.txt") or "" for half in ("examples", "tests")]
    return Pair(
        name=name, input=halves[0] or "", output=halves[1] or "", examples=more[0], tests=more[1]
    )


def _of_file(name: str, path: Path) -> Pair:
    prefix, completion, tests = parted(_text(path) or "")
    return Pair(
        name=name, input=prefix, output=completion, examples=examples_in(prefix), tests=tests
    )


def _text(path: Path) -> str | None:
    """Return what a file says, or None if there is none.

    Raises:
        ValueError: It is too large, or no text.
    """
    try:
        return read_whole(path, LARGEST).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read ({error.strerror or error})") from None


def cut_pairs(
    sources: Sequence[tuple[str, str]], size: int, seed: int, longest: int = LONGEST_PREFIX
) -> list[Pair]:
    """Cut pairs out of source files: a function's head and documentation, then its body.

    Args:
        sources: Names and texts of files; what does not parse is left out.
        size: How many pairs, at most.
        seed: Which ones, of those that there are.
        longest: Most characters of a prefix.
    """
    found = [
        pair for name, text in sources for pair in _cuts(name, text) if len(pair.input) <= longest
    ]
    return chosen_pairs(found, size, seed)


def chosen_pairs(pairs: Sequence[Pair], size: int, seed: int) -> list[Pair]:
    """Return some of the pairs, in the order of their names, of which each is another."""
    numbered = _numbered(pairs)
    shuffled = random.Random(seed).sample(numbered, len(numbered))
    return sorted(shuffled[:size], key=lambda pair: pair.name)


def _numbered(pairs: Sequence[Pair]) -> list[Pair]:
    """Return pairs with a number behind names that others before them have."""
    taken: dict[str, Pair] = {}
    for pair in pairs:
        names = (pair.name, *(f"{pair.name}.{number}" for number in range(2, len(pairs) + 2)))
        name = next(each for each in names if each not in taken)
        taken[name] = replace(pair, name=name)
    return list(taken.values())


def _cuts(name: str, text: str) -> Iterator[Pair]:
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = text.splitlines(keepends=True)
    for node in tree.body:
        words = isinstance(node, ast.FunctionDef) and ast.get_docstring(node)
        if not isinstance(node, ast.FunctionDef) or not words:
            continue
        begin, end = (node.body[0].end_lineno or 0), (node.end_lineno or 0)
        prefix, rest = "".join(lines[:begin]), "".join(lines[begin:end])
        if rest.strip():
            tests = running([words])
            found = f"level_{level_of(rest)}/{name}.{node.name}"
            yield Pair(name=found, input=prefix, output=rest, tests=tests)


def level_of(completion: str) -> int:
    """Return the level of what is to be written, which follows from its lines."""
    return sum(len(completion.splitlines()) > most for most in LEVELS)


def write_pairs(folder: Path, pairs: Sequence[Pair]) -> None:
    """Write pairs into a data set.

    Raises:
        OSError: They cannot be written.
    """
    for pair in pairs:
        level, _, name = pair.name.partition("/")
        place = folder / level / "pairs" / name
        place.mkdir(parents=True, exist_ok=True)
        write_text(place / "input.txt", pair.input)
        write_text(place / "output.txt", pair.output)
        for half in ("examples", "tests"):
            if text := getattr(pair, half):
                write_text(place / f"{half}.txt", text)


def conversations(pairs: Sequence[Pair]) -> list[str]:
    """Return pairs as lines of JSON to learn from, worded as a chat model is asked."""
    lines = []
    for pair in pairs:
        messages = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"{GO_ON}\n\n{FENCE}{pair.input}\n{END}"},
            {"role": "assistant", "content": f"{FENCE}{pair.output}\n{END}"},
        ]
        lines.append(json.dumps({"messages": messages}) + "\n")
    return lines


def select(pairs: Sequence[Pair], patterns: str) -> list[Pair]:
    """Return the pairs whose names fit one of the patterns, as in a shell, with commas between.

    Raises:
        ValueError: A pattern fits none.
    """
    wanted = [pattern.strip() for pattern in patterns.split(",")]
    for pattern in wanted:
        if not any(fnmatchcase(pair.name, pattern) for pair in pairs):
            raise ValueError(f"no pair is called {pattern!r}; there are {pairs[0].name} and others")
    return [pair for pair in pairs if any(fnmatchcase(pair.name, each) for each in wanted)]
