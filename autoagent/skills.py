"""Skills: what an organism may ask the host to do for it.

A skill takes a JSON object and returns a JSON value. It must be a function of its input, the
context, and answers that are recorded elsewhere, since a replay feeds the recorded output
instead of calling it again. Packages offer skills as entry points of the group
``autoagent.skills``, each loading to a callable that returns the skill.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast, runtime_checkable

from autoagent.asker import Asker
from sandbox.extensions import Extensions

Calls = tuple[tuple[dict[str, Any], Any], ...]
"""Calls of a skill in a life: (input, output) of each."""

EVOLVE = "skills.evolve"
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
        history: Earlier calls of this skill in this life.
        histories: Earlier calls of every skill in this life, by the skill's name.
        before: Returns a text that stands for the organism in front of code of its own, for whoever
            reads that code without executing it.
        asker: Asks the life's model, at the life's expense. What it answers is journalled, so a
            skill that was cut off and is called again pays for nothing twice. It raises errors
            that stop the run, and are not for a skill to catch.
    """

    now: float
    born: float
    steps: int
    seed: int
    history: Calls
    histories: Mapping[str, Calls] = field(default_factory=dict)
    before: Callable[[str], str] = lambda code: ""
    asker: Asker = field(default_factory=lambda: Asker([]))

    @property
    def oracle(self) -> Asker:
        """The old name of `asker`, which goes with the next version."""
        warnings.warn(
            "SkillContext.oracle is named SkillContext.asker", DeprecationWarning, stacklevel=2
        )
        return self.asker


class Skill(Protocol):
    """Something the host does for an organism.

    Of one whose attribute ``remembered`` is False, no calls are kept for later ones.

    Attributes:
        name: What the organism calls it by: ``self.use(name, ...)``.
        description: One line for the organism: what it does and which arguments it takes.
        cost: Money charged to the run for a call.

    One that acts on the world has ``acts = True`` beside these. Its calls are journalled before
    they are made, and one that was cut off is not made again: the organism is told that it is
    unknown whether it happened.
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


@runtime_checkable
class Evolvable(Skill, Protocol):
    """A skill that an organism may improve: it has a genome of its own.

    What it is at a moment follows from the calls of `Evolve` in this life, which are in
    `SkillContext.histories`. So a life that is lived again has it as it was.
    """

    def read(self, context: SkillContext) -> Any:
        """Return the genome as it is now, and its versions.

        Raises:
            SkillError: It cannot be told.
        """
        ...

    def evolve(self, patch: Any, context: SkillContext) -> Any:
        """Try a changed genome against the present one; adopt it only if it is better.

        Raises:
            SkillError: The change is refused.
        """
        ...

    def roll_back(self, version: Any, context: SkillContext) -> Any:
        """Return to an earlier version.

        Raises:
            SkillError: There is none of that number.
        """
        ...


@runtime_checkable
class Carried(Evolvable, Protocol):
    """One whose genome can be carried from a life to the next."""

    def begin_with(self, genome: Mapping[str, Any]) -> None:
        """Have another genome at the birth of a life than the usual one.

        Raises:
            ValueError: It is none; the message says why.
        """
        ...

    def genome_of(self, histories: Mapping[str, Calls]) -> dict[str, Any]:
        """Return the genome that the calls of a life have made, as `begin_with` takes it."""
        ...


class Read:
    """Shows an organism the genome of a skill."""

    name = "skills.read"
    cost = 0.0

    def __init__(self, skills: Mapping[str, Evolvable]) -> None:
        self._skills = skills
        self.description = (
            f"self.use('{self.name}', name=...) returns the genome of a skill: one of "
            f"{', '.join(skills)}"
        )

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Return the genome of the skill ``name``."""
        return _named(self._skills, arguments).read(context)


class Evolve:
    """Lets an organism change the genome of a skill, where that makes the skill better."""

    name = EVOLVE
    cost = 0.0

    def __init__(self, skills: Mapping[str, Evolvable]) -> None:
        self._skills = skills
        self.description = (
            f"self.use('{self.name}', name=..., patch={{...}}) tries a changed genome on held "
            "tasks and adopts it if it is better; with rollback=VERSION instead of a patch an "
            "earlier one returns"
        )

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Try ``patch`` on the skill ``name``, or go back to the version ``rollback``."""
        skill = _named(self._skills, arguments)
        if ("patch" in arguments) == ("rollback" in arguments):
            raise SkillError(f"{self.name}: give either a patch or a version to roll back to")
        if "rollback" in arguments:
            return skill.roll_back(arguments["rollback"], context)
        return skill.evolve(arguments["patch"], context)


def _named(skills: Mapping[str, Evolvable], arguments: dict[str, Any]) -> Evolvable:
    name = arguments.get("name")
    if not isinstance(name, str) or name not in skills:
        raise SkillError(f"{str(name)[:80]!r} has no genome; these skills do: {', '.join(skills)}")
    return skills[name]


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


class Function:
    """A plain function as a skill: called with what the organism names, it returns JSON.

    Args:
        function: Its parameters are those of the skill, and its docstring says what it does. What
            it raises is told to the organism.

    Raises:
        ValueError: It has no name that the organism could call it by, such as a lambda.
    """

    cost = 0.0
    acts = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.name = getattr(function, "__name__", "")
        if not self.name.isidentifier():
            raise ValueError(
                f"{function!r} has no name to be called by as a skill; define it with def"
            )
        self._function = function
        self._signature = inspect.signature(function)
        parameters = ", ".join(["", *(f"{each}=..." for each in self._signature.parameters)])
        doc = (inspect.getdoc(function) or "").partition("\n")[0]
        self.description = f"self.use('{self.name}'{parameters})" + (f": {doc}" if doc else "")

    def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
        """Call the function.

        Raises:
            SkillError: The arguments are not those that it takes.
        """
        try:
            self._signature.bind(**arguments)
        except TypeError as error:
            raise SkillError(f"{self.name}{self._signature}: {error}") from None
        return self._function(**arguments)


SKILLS: Extensions[Callable[[], Skill]] = Extensions("autoagent.skills", "skill")
"""What makes skills, by name: those of installed packages, ours among them."""


def load_skills(
    names: Iterable[str | Skill | Callable[..., Any]],
    genomes: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Skill, ...]:
    """Load skills by name, and those that come with them.

    A skill itself is taken as it is, and a plain function as a `Function`.

    Args:
        names: Of the skills.
        genomes: What evolvable ones begin with, by name, where that is not the usual genome.

    Raises:
        ExtensionError: A name is unknown, or its skill cannot be loaded; the message says which.
        ValueError: A genome is none, or belongs to no skill of these; the message says which.
    """
    skills: list[Skill] = []
    for name in names:
        if not isinstance(name, str):
            skills.append(Function(name) if inspect.isroutine(name) else cast(Skill, name))
            continue
        if name in (Read.name, Evolve.name):
            continue  # they come with the skills that they are about
        skills.append(SKILLS[name]())
    evolvable = {skill.name: skill for skill in skills if isinstance(skill, Evolvable)}
    for name, genome in (genomes or {}).items():
        skill = evolvable.get(name)
        if not isinstance(skill, Carried):
            raise ValueError(
                f"there is a genome for the skill {name!r}, but no such skill with a genome; give "
                "the object that skill, or leave the genome out"
            )
        skill.begin_with(genome)
    return (*skills, Read(evolvable), Evolve(evolvable)) if evolvable else tuple(skills)
