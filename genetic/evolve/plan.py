"""All that decides a search with an evaluator, as it is journalled: enough to go on anywhere."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autoagent.events import integer, list_of, mapping_of, number, record, text, unless_missing
from autoagent.journal import Data, Journal, JournalError
from genetic.evolve.marks import frame
from genetic.evolve.settings import Settings
from genetic.search.bounds import first_plan, last_plan
from sandbox.limits import Limits
from sandbox.programs.beside import check_beside

ACTIVITY = "evolve"
"""What marks such a run in a journal."""
LONGEST = 1 << 22
LONGEST_SUFFIX = 100
RULES = 2
"""By which births follow from each other; by other ones, what was answered would be asked again.

By the first rules islands did not wait for each other, and one candidate was replaced by any child.
"""
SHAPE = record(
    name=text, suffix=text, program=text, evaluator=text, packages=list_of(text), task=text,
    models=list_of(text), settings=mapping_of(lambda value: True), seed=integer,
    seconds=number, memory_mb=integer, files=unless_missing(mapping_of(text)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be made better, and how.

    Attributes:
        name: What the program is called.
        suffix: What the name of its file ends with.
        program: The text that the search begins with.
        evaluator: The Python that judges.
        packages: Installed packages that it and programs may import.
        files: What lies beside it, by name.
        task: What the program is for, in words.
        models: Names of the models.
        settings: How to search.
        seed: Everything random follows from it.
        seconds: What one evaluation may take.
        memory_mb: What each process of it may take.
        out: The folder for what is found; nothing where there is none. It decides nothing.

    Raises:
        ValueError: The program has marks that are nested or not in pairs, or is too long; or the
            suffix is none, or a file can have no such name.
    """

    name: str
    suffix: str
    program: str
    evaluator: str
    packages: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    task: str = ""
    models: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    seed: int = 0
    seconds: float = 60.0
    memory_mb: int = 1024
    out: str = ""

    def __post_init__(self) -> None:
        if len(self.program) > LONGEST:
            raise ValueError(f"program {self.name} is longer than {LONGEST} characters")
        if not is_suffix(self.suffix):
            raise ValueError(
                f"program {self.name}: the end of its name must be one of a file, of at most "
                f"{LONGEST_SUFFIX} characters that can be printed, got {self.suffix[:80]!r}"
            )
        try:
            check_beside(self.files)
        except ValueError as error:
            raise ValueError(f"files beside the evaluator: {error}") from None
        try:
            frame(self.program)
        except ValueError as error:
            raise ValueError(f"program {self.name}: {error}") from None

    @property
    def limits(self) -> Limits:
        """What one evaluation may spend.

        Raises:
            ValueError: That is out of range; the message says what.
        """
        fuel = max(1, int(self.seconds * 10**10))
        return Limits(fuel=fuel, memory_mb=self.memory_mb, wall_seconds=self.seconds)

    def as_dict(self) -> dict[str, Any]:
        """The plan as it is journalled."""
        return {
            "activity": ACTIVITY,
            # These two are what any list of runs shows.
            "llm": ", ".join(self.models),
            "prompt": f"evolve {self.name}",
            "name": self.name,
            "suffix": self.suffix,
            "program": self.program,
            "evaluator": self.evaluator,
            "packages": list(self.packages),
            "files": {name: b64encode(data).decode() for name, data in self.files.items()},
            "task": self.task,
            "models": list(self.models),
            "settings": self.settings.as_dict(),
            "seed": self.seed,
            "seconds": self.seconds,
            "memory_mb": self.memory_mb,
            "out": self.out,
            "rules": RULES,
        }

    @classmethod
    def read(cls, journal: Journal, run: str) -> Plan:
        """Return the plan of a run, with as many calls as it was last given.

        Raises:
            JournalError: The run is no such search, or its record is damaged.
        """
        data = first_plan(journal, run, ACTIVITY, "evolve")
        try:
            out = data.get("out", "")  # once a journal did not say
            if not SHAPE(data) or not data["models"] or not text(out):
                raise ValueError("fields are missing or of a wrong kind")
            plan = cls(
                **{name: data[name] for name in ("name", "suffix", "program", "evaluator")},
                **{name: data[name] for name in ("task", "seed", "seconds", "memory_mb")},
                packages=tuple(data["packages"]),
                files=_decoded(data.get("files", {})),  # once there were none
                models=tuple(data["models"]),
                settings=Settings.of(data["settings"] | _calls(last_plan(journal, run))),
                out=out,
            )
        except ValueError as error:
            raise JournalError(f"the record of run {run} is damaged: {error}") from None
        is_alike = plan.settings.islands == 1 and plan.settings.population > 1
        if data.get("rules", 1) != RULES and not is_alike:
            raise JournalError(
                f"run {run} is of another version, which searched in another way with several "
                "islands, or with a population of one; what it was answered would be asked again: "
                f"begin a new run, with the program that `autoagent save {run} -o FILE` keeps"
            )
        return plan


def is_suffix(text: str) -> bool:
    """Tell whether names of files can end with a text, which leads to no other folder."""
    return len(text) <= LONGEST_SUFFIX and text.isprintable() and "/" not in text


def _decoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: b64decode(data, validate=True) for name, data in files.items()}


def _calls(plan: Data) -> Data:
    """Return what of a plan may be another when its run goes on."""
    settings = plan.get("settings")
    return (
        {"calls": settings["calls"]} if isinstance(settings, dict) and "calls" in settings else {}
    )
