"""All that decides a translation, as it is journalled: enough to go on with it anywhere."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from autoagent.events import flag, integer, list_of, mapping_of, maybe, number, record, text
from autoagent.journal import Journal, JournalError
from genetic.search.bounds import first_plan
from genetic.translate.comparison import EXACT
from genetic.translate.prompts import Prompts
from genetic.translate.settings import Settings
from genetic.translate.task import Task, Test

ACTIVITY = "translation"
"""What marks such a run in a journal."""
TEST = record(name=text, input=text, expected=text)
SHAPE = record(
    name=text,
    source=text,
    language=text,
    target=text,
    tests=list_of(TEST),
    stress=maybe(TEST),
    settings=mapping_of(lambda value: True),
    prompts=list_of(mapping_of(text)),
    models=list_of(text),
    per_island=flag,
    measures=mapping_of(number),
    seed=integer,
)
LOOSE = record(loose=flag)
"""How earlier runs say that trailing white space does not count."""
COMPARED = record(compare=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A translation that is to be searched for.

    Attributes:
        name: What the source is called.
        task: What is translated.
        target: The language of the translation.
        models: Names of the models.
        settings: How to search.
        prompts: What models are asked on the first island, on the second, and round again.
        per_island: Whether each island asks one model alone; if not, a bandit chooses.
        measures: How much each measure of similarity counts, by name.
        seed: Everything random follows from it.
        operators: Sources of operators that an agent wrote, by name, in place of the usual ones.
        out: The file for what is found; nothing where there is none. It decides nothing.
        hurried: Whether time ran out while further tests were made, which the seed alone does not
            say then.
    """

    name: str
    task: Task
    target: str
    models: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    prompts: tuple[Prompts, ...] = (Prompts(),)
    per_island: bool = False
    measures: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    operators: Mapping[str, str] = field(default_factory=dict)
    out: str = ""
    hurried: bool = False

    @property
    def island_models(self) -> list[list[int]]:
        """Numbers of the models that each island may ask."""
        everyone = list(range(len(self.models)))
        return [[model] for model in everyone] if self.per_island else [everyone]

    def as_dict(self) -> dict[str, Any]:
        """The plan as it is journalled."""
        stress = self.task.stress
        return {
            "activity": ACTIVITY,
            # These two are what any list of runs shows.
            "llm": ", ".join(self.models),
            "prompt": f"translate {self.name} to {self.target}",
            "name": self.name,
            "source": self.task.source,
            "language": self.task.language,
            "target": self.target,
            "tests": [_packed(test) for test in self.task.tests],
            "stress": None if stress is None else _packed(stress),
            "further": [_packed(test) for test in self.task.further],
            "settings": self.settings.as_dict(),
            "prompts": [asdict(prompts) for prompts in self.prompts],
            "models": list(self.models),
            "per_island": self.per_island,
            "measures": dict(self.measures),
            "seed": self.seed,
            "compare": self.task.compare,
            "operators": dict(self.operators),
            "out": self.out,
            "hurried": self.hurried,
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Plan:
        """Return the plan that `as_dict` made `data` from.

        Raises:
            ValueError: It is none; the message says why.
        """
        out, hurried = data.get("out", ""), data.get("hurried", False)  # once a journal did not say
        if (
            not SHAPE(data)
            or not text(out)
            or not flag(hurried)
            or not data["prompts"]
            or not data["models"]
        ):
            raise ValueError("fields are missing or of a wrong kind")
        stress = data["stress"]
        return cls(
            name=data["name"],
            task=Task(
                source=data["source"],
                language=data["language"],
                tests=tuple(_unpacked(test) for test in data["tests"]),
                stress=None if stress is None else _unpacked(stress),
                compare=_compared(data),
                further=tuple(map(_unpacked, _further(data))),
            ),
            target=data["target"],
            models=tuple(data["models"]),
            # Before there were strategies, all was bred.
            settings=Settings.of({"strategy": "genetic"} | data["settings"]),
            prompts=tuple(Prompts.of(prompts) for prompts in data["prompts"]),
            per_island=data["per_island"],
            measures=data["measures"],
            seed=data["seed"],
            operators=_operators(data),
            out=out,
            hurried=hurried,
        )

    @classmethod
    def read(cls, journal: Journal, run: str) -> Plan:
        """Return the plan of a run.

        Raises:
            JournalError: The run is no translation, or its record is damaged.
        """
        data = first_plan(journal, run, ACTIVITY, "translate")
        try:
            return cls.of(data)
        except ValueError as error:
            raise JournalError(f"the record of run {run} is damaged: {error}") from None


def _operators(data: dict[str, Any]) -> dict[str, str]:
    """Return the operators that an agent wrote; once there were none in a plan."""
    operators = data.get("operators", {})
    if not mapping_of(text)(operators):
        raise ValueError("operators are sources by their names")
    return dict(operators)


def _compared(data: dict[str, Any]) -> str:
    """Return how outputs are compared."""
    if COMPARED(data):
        return str(data["compare"])
    if LOOSE(data):
        return "trailing-space" if data["loose"] else EXACT
    raise ValueError("it does not say how outputs are compared")


def _further(data: dict[str, Any]) -> list[dict[str, str]]:
    """Return the further tests; earlier runs had none."""
    found: list[dict[str, str]] = data.get("further", [])
    if not list_of(TEST)(found):
        raise ValueError("its further tests are none")
    return found


def _packed(test: Test) -> dict[str, str]:
    """Return a test as JSON can hold it: its bytes are any."""
    return {
        "name": test.name,
        "input": base64.b64encode(test.input).decode(),
        "expected": base64.b64encode(test.expected).decode(),
    }


def _unpacked(data: dict[str, str]) -> Test:
    try:
        given, expected = (
            base64.b64decode(data[name], validate=True) for name in ("input", "expected")
        )
    except binascii.Error as error:
        raise ValueError(f"test {data['name'][:80]!r}: {error}") from None
    return Test(data["name"], given, expected)
