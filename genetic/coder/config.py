"""The configuration of an evaluation: a TOML file in which nothing is ignored."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from autoagent import toml
from autoagent.analyzers import ANALYZERS
from autoagent.files import read_whole
from genetic.coder.scores import SCORES
from genetic.coder.settings import CoderSettings

OTHER: dict[str, type] = {
    "model_first": str,
    "model_feedback": str,
    "dataset": str,
    "log_conversation": bool,
    "scores": list,
    "n_procs": int,
    "seed": int,
}
LISTS = ("analyzers", "scores")
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What is evaluated, and how.

    Attributes:
        dataset: Name of the data set.
        settings: Of the completions.
        model_first: Writes the first attempt.
        model_feedback: Writes the rest; by default the same.
        log_conversation: Whether readable logs are written.
        scores: Which scores the metrics have.
        n_procs: Questions and analyses of a step side by side.
        seed: Everything random follows from it.
    """

    dataset: str
    settings: CoderSettings
    model_first: str = "smollm2"
    model_feedback: str = ""
    log_conversation: bool = True
    scores: tuple[str, ...] = ()
    n_procs: int = 1
    seed: int = 0


def read_config(path: Path) -> Config:
    """Read a configuration.

    Raises:
        ValueError: It cannot be read, or something in it is unknown or wrong.
    """
    try:
        data = toml.parsed(read_whole(path, LARGEST).decode())
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read: {error.strerror}; give a file that can be"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    try:
        return config_of(data)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def config_of(data: dict[str, Any]) -> Config:
    """Return the configuration that plain data make.

    Raises:
        ValueError: A key is unknown, or a value is wrong.
    """
    ours = {field.name: _kind(field.name) for field in fields(CoderSettings)}
    for name, value in data.items():
        _check(name, value, ours | OTHER)
    if not data.get("dataset"):
        raise ValueError("dataset is missing; name the folder in data/")
    for analyzer in data.get("analyzers", ()):
        ANALYZERS.point(analyzer)
    for score in data.get("scores", ()):
        if score not in SCORES:
            raise ValueError(f"unknown score {score!r}; known: {', '.join(SCORES)}")
    if data.get("n_procs", 1) < 1:
        raise ValueError(f"n_procs must be at least 1, got {data['n_procs']}")
    given: dict[str, Any] = {name: tuple(v) if name in LISTS else v for name, v in data.items()}
    chosen: dict[str, Any] = {name: given.pop(name) for name in ours if name in given}
    settings = CoderSettings(**chosen)
    return Config(settings=settings, **given)


def _kind(name: str) -> type:
    """Return what kind of value a setting takes in a file."""
    kind = get_type_hints(CoderSettings)[name]
    return list if name in LISTS else kind if isinstance(kind, type) else str


def _check(name: str, value: Any, known: dict[str, type]) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        meant = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(sorted(known))}"
        raise ValueError(f"unknown key {name!r}{meant}")
    kind = known[name]
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits or (kind is list and not all(isinstance(each, str) for each in value)):
        what = "a list of texts" if kind is list else f"of type {kind.__name__}"
        raise ValueError(f"{name} must be {what}, got {value!r}")
