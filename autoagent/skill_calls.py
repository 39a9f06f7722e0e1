"""The calls of skills in one life: who is called, what it costs, and what of it is remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autoagent.host import Host
from autoagent.journal import JournalError
from autoagent.llm import LLMError
from autoagent.message import Data, from_json, to_json
from autoagent.meter import SuspendedError
from autoagent.skills import Skill, SkillContext, SkillError

MOST_REMEMBERED = 1 << 24
"""Characters of calls of a skill that are kept for its later calls in the same life."""


@dataclass(slots=True)
class _History:
    """The calls of one skill.

    Attributes:
        calls: Input and output of each.
        length: Characters of all inputs and outputs together, as JSON.
    """

    calls: list[tuple[Data, Any]] = field(default_factory=list)
    length: int = 0


class SkillCalls:
    """Performs skills for one organism.

    Args:
        skills: Those that there are.
        host: Is charged for them.
    """

    def __init__(self, skills: Sequence[Skill], host: Host) -> None:
        self._skills = {skill.name: skill for skill in skills}
        self._histories = {s.name: _History() for s in skills if getattr(s, "remembered", True)}
        self._host = host

    @property
    def descriptions(self) -> dict[str, str]:
        """What the organism is told of each, by name."""
        return {name: skill.description for name, skill in self._skills.items()}

    def acts(self, name: str) -> bool:
        """Tell whether a call of this skill may change the world, and must not be made twice."""
        return getattr(self._skills.get(name), "acts", False)

    def perform(self, name: str, arguments: Data, context: SkillContext) -> Data:
        """Return the ``output`` of a skill, or the ``error`` that the organism is told.

        Raises:
            SuspendedError: The run stops; the skill is called again when it goes on.
            LLMError: A model that it asked gave no answer; likewise.
            JournalError: What it was answered cannot be written down; likewise.
        """
        try:
            # What a resumed life would find in the journal is what this one gets.
            return {"output": from_json(to_json(self._output(name, arguments, context)))}
        except SkillError as error:
            return {"error": str(error)}
        except (SuspendedError, LLMError, JournalError):
            raise
        except Exception as error:  # a skill is somebody's package: its faults end no run
            return {"error": f"the skill failed: {type(error).__name__}: {error}"}

    def remember(self, name: str, arguments: Data, output: Any) -> None:
        """Keep a call for later ones."""
        if name in self._histories:
            history = self._histories[name]
            history.calls.append((arguments, output))
            history.length += len(json.dumps([arguments, output]))

    def _output(self, name: str, arguments: Data, context: SkillContext) -> Any:
        skill = self._skills.get(name)
        if skill is None:
            known = ", ".join(sorted(self._skills)) or "none"
            raise SkillError(f"there is no skill {name[:80]!r}; there are: {known}")
        if name in self._histories and self._histories[name].length > MOST_REMEMBERED:
            raise SkillError(f"{name} has been told all that it can remember in one life")
        if refusal := self._host.charge(skill.cost):
            raise SkillError(refusal)
        calls = {name: tuple(past.calls) for name, past in self._histories.items()}
        return skill.call(arguments, replace(context, history=calls.get(name, ()), histories=calls))
