"""What kinds of searches share: a run that shares another's past up to a call of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autoagent.asker import CALL
from autoagent.cli.suggest import in_journal
from autoagent.journal import Data, Journal
from genetic.search.forks import fork


class SearchKind:
    """Rolls searches back; see `autoagent.cli.kinds.Forking`."""

    part = "call"
    ends: tuple[str, ...] = ("run", CALL)
    """Kinds of the events that end a part; part 0 of most searches is their plan."""
    apart: Mapping[str, Any] = MappingProxyType({})
    """What is another in the plan of any run that shares the past of another."""
    command: str
    """What the search is begun and gone on with."""

    def fork(
        self, journal: Journal, run: str, to: int, *, llm: str | None, seed: int | None
    ) -> str:
        """Begin a run that shares the past of another, and return its id."""
        changed = {**self.apart} | ({} if llm is None else self._asking(journal, run, llm))
        if seed is not None:
            changed |= self._by_chance(seed)
        ends = [event.number for event in journal.events(run, *self.ends)]
        return fork(journal, run, to, ends=ends, part=self.part, changed=changed)

    def is_alone(self, journal: Journal, run: str) -> bool:
        """Tell whether the journal knows all that goes on with a run."""
        return True

    def resumed(self, journal: Journal, run: str, db: Path | None = None) -> str:
        """Return the command that goes on with a run."""
        return f"{self.command} --resume {run}{in_journal(db)}"

    def _asking(self, journal: Journal, run: str, llm: str) -> Data:
        """Return what is another in the plan of a run where another model is asked.

        Raises:
            ValueError: The plan names none, or cannot have that one; the message says why.
        """
        resumed = self.resumed(journal, "RUN")
        raise ValueError(f"--llm {llm}: give it where the new run goes on, `autoagent {resumed}`")

    def _by_chance(self, seed: int) -> Data:
        """Return what is another in a plan with another seed."""
        return {"sampling": seed}


def asking(run: str, models: Sequence[str], llm: str) -> Data:
    """Return what is another in a plan whose only model gives way to another.

    Raises:
        ValueError: It has several.
    """
    if len(models) > 1:
        raise ValueError(f"--llm {llm}: run {run} asks {len(models)} models, and no single one")
    return {"models": [llm], "llm": llm}
