"""The genome of the translation skill: parameters, prompts, and operators as source."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from genetic.algorithm import Breeding
from genetic.text import cross_lines, mutate_characters
from genetic.translate.feedback import newlines, quote
from genetic.translate.prompts import Prompts
from genetic.translate.settings import Settings

LONGEST_SOURCE = 20_000
"""Characters of one operator."""
LARGEST = {"population": 50, "islands": 8}
"""Parameters that cost time and memory whatever the budget of calls."""
FIXED = ("calls", "generations", "until_correct", "max_tokens", "prompt_chars")
"""Not the skill's to choose: they are the budget and the goal."""
MOST_ADDED = 3_000
"""Characters that prompts and operators may have beyond those of the first genome. Solutions of all
tasks on which genomes are compared have many more.
"""


def _source(name: str, *functions: Any) -> str:
    """Return functions as an operator's source, the last one under the operator's name."""
    texts = [inspect.getsource(function) for function in functions]
    return "\n\n".join(texts) + f"\n\n{name} = {functions[-1].__name__}\n"


OPERATORS: Mapping[str, str] = {
    "cross": _source("cross", cross_lines),
    "mutate": _source("mutate", mutate_characters),
    "feedback": _source("feedback", newlines, quote),
}
"""Sources of the operators as they are at first. A source defines the function of its name:

- ``cross(fitter, other, rng)`` and ``mutate(text, rng)`` return a program, given programs and a
  `random.Random`;
- ``feedback(given, expected, actual, status)`` returns what is told of a test that fails.
"""


class GenomeError(ValueError):
    """A change of the genome is refused; the message says why."""


@dataclass(frozen=True, slots=True)
class SkillGenome:
    """What the translation skill is made of.

    Attributes:
        settings: Its parameters.
        prompts: What models are asked.
        operators: Sources of its operators, by name.
    """

    settings: Settings = field(default_factory=lambda: Settings(breeding=Breeding(population=8)))
    prompts: Prompts = field(default_factory=Prompts)
    operators: Mapping[str, str] = field(default_factory=lambda: dict(OPERATORS))

    def as_dict(self) -> dict[str, Any]:
        """The genome as an agent reads it, and as a patch may change it."""
        settings = self.settings.as_dict()
        parameters = settings.pop("breeding") | settings
        return {
            "parameters": {name: parameters[name] for name in parameters if name not in FIXED},
            "prompts": asdict(self.prompts),
            "operators": dict(self.operators),
        }

    @property
    def hash(self) -> str:
        """What tells it from others."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()

    @property
    def length(self) -> int:
        """Characters of all prompts and operators together."""
        texts = (*asdict(self.prompts).values(), *self.operators.values())
        return sum(map(len, texts))

    @property
    def evolved(self) -> dict[str, str]:
        """Sources of those operators that are not the first ones."""
        return {n: source for n, source in self.operators.items() if source != OPERATORS[n]}

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters, by name."""
        parameters: dict[str, Any] = self.as_dict()["parameters"]
        return parameters

    def patched(self, patch: Any) -> SkillGenome:
        """Return the genome with some of it exchanged.

        Args:
            patch: Any part of what `as_dict` gives, with other values.

        Raises:
            GenomeError: It is none, or a value is not allowed; the message says which.
        """
        parts = _mapping("the patch", patch, ("parameters", "prompts", "operators"))
        try:
            patched = SkillGenome(
                settings=self._with_parameters(parts.get("parameters", {})),
                prompts=Prompts.of(
                    asdict(self.prompts) | _mapping("prompts", parts.get("prompts", {}))
                ),
                operators=self._with_operators(parts.get("operators", {})),
            )
        except GenomeError:
            raise
        except (ValueError, TypeError) as error:
            raise GenomeError(str(error)) from None
        most = SkillGenome().length + MOST_ADDED
        if patched.length > most:
            raise GenomeError(
                f"prompts and operators have {patched.length} characters together; {most} are the "
                "most"
            )
        return patched

    def _with_parameters(self, given: Any) -> Settings:
        settings = self.settings.as_dict()
        bred = settings.pop("breeding")
        allowed = [name for name in (*settings, *bred) if name not in FIXED]
        for name, value in _mapping("parameters", given, allowed).items():
            home = bred if name in bred else settings
            if name in LARGEST and type(value) is int and value > LARGEST[name]:
                raise GenomeError(f"{name} must be at most {LARGEST[name]}, got {value}")
            home[name] = value
        return Settings.of(settings | {"breeding": bred})

    def _with_operators(self, given: Any) -> dict[str, str]:
        operators = dict(self.operators)
        for name, source in _mapping("operators", given, tuple(OPERATORS)).items():
            if not isinstance(source, str) or len(source) > LONGEST_SOURCE:
                raise GenomeError(
                    f"operator {name} must be source text of at most {LONGEST_SOURCE} characters"
                )
            operators[name] = source
        return operators


def _mapping(what: str, value: Any, allowed: Any = None) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise GenomeError(f"{what} must be a dict")
    unknown = [name for name in value if allowed is not None and name not in allowed]
    if unknown:
        raise GenomeError(f"{what}: {unknown[0][:80]!r} is not known; known: {', '.join(allowed)}")
    return value
