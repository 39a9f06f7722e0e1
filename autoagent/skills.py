"""Skills: what an organism may ask the host to do for it.

A skill takes a JSON object and returns a JSON value. It must be a function of its input, the
context, and answers that are recorded elsewhere, since a replay feeds the recorded output
instead of calling it again. Packages offer skills as entry points of the group
``autoagent.skills``, each loading to a callable that returns the skill.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol

GROUP = "autoagent.skills"
MOST_NOTED = 20_000
"""Characters that all notes of a life may have together: every reply repeats them."""


class SkillError(Exception):
    """A skill refuses; the message is told to the organism."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillContext:
    """What a skill may know of the life that calls it.

    Attributes:
        now: Seconds since the epoch, as the organism's clock shows it.
        born: The same at birth.
        steps: Answers that the organism has had so far.
        seed: The life's seed.
        history: Earlier calls of this skill in this life: (input, output).
    """

    now: float
    born: float
    steps: int
    seed: int
    history: tuple[tuple[dict[str, Any], Any], ...]


class Skill(Protocol):
    """Something the host does for an organism.

    Attributes:
        name: What the organism calls it by: ``self.use(name, ...)``.
        description: One line for the organism: what it does and which arguments it takes.
        cost: Money charged to the run for a call.
    """

    name: str
    description: str
    cost: float

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Perform the skill.

        Raises:
            SkillError: The arguments are wrong, or the skill cannot do it.
        """
        ...


class Clock:
    """Tells the run's own time and age."""

    name = "clock"
    description = "self.use('clock') returns a dict: now, age_seconds, steps"
    cost = 0.0

    def call(self, arguments: dict[str, Any], context: SkillContext) -> dict[str, float]:
        """Return the time, the age in seconds and the age in steps."""
        return {
            "now": context.now,
            "age_seconds": context.now - context.born,
            "steps": context.steps,
        }


class Notes:
    """Keeps text that survives in the journal."""

    name = "notes"
    description = (
        "self.use('notes', write='text') keeps a text, self.use('notes') returns all kept texts"
    )
    cost = 0.0

    def call(self, arguments: dict[str, Any], context: SkillContext) -> list[str]:
        """Keep ``write`` if it is given; return all texts kept so far."""
        kept = [given["write"] for given, _ in context.history if "write" in given]
        if "write" not in arguments:
            return kept
        text = arguments["write"]
        if not isinstance(text, str):
            raise SkillError("notes: write must be a text")
        if sum(map(len, kept)) + len(text) > MOST_NOTED:
            raise SkillError(f"notes: all notes together are at most {MOST_NOTED} characters")
        return [*kept, text]


def known_skills() -> dict[str, Any]:
    """Return the entry points of all installed skills, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def load_skills(names: Iterable[str]) -> tuple[Skill, ...]:
    """Load skills by name.

    Raises:
        ValueError: A name is unknown; the message lists those that are known.
    """
    known = known_skills()
    skills = []
    for name in names:
        if name not in known:
            raise ValueError(f"unknown skill {name!r}; known: {', '.join(sorted(known))}")
        skills.append(known[name].load()())
    return tuple(skills)
