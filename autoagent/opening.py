"""What an agent is made of, opened: it may be given by its name, or as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from autoagent.asker import Call
from autoagent.events import analyses, analyzed_by, born_with, calls, edited_in
from autoagent.first_genome import USUAL, FirstGenome, first_genome
from autoagent.inspection import Panel
from autoagent.journal import Journal
from autoagent.listener import Listener
from autoagent.llm import LLM, Bounded, Query, Recorded, Suited, Tuned, load
from autoagent.llm.function import Function
from autoagent.skills import Skill
from sandbox.extras import pip_install

if TYPE_CHECKING:
    from autoagent.mcp import Servers

Answering = Callable[[Query], str]
RECORDED = "recorded:"
SHARE = 4
"""The longest answer takes at most one part in so many of what a model can read."""


def model_of(llm: LLM | Answering) -> LLM:
    """Return a model as it is, and a plain function as one."""
    return cast(LLM, llm) if hasattr(llm, "complete") else Function(llm)


def loaded(name: str, journal: Journal) -> tuple[LLM, list[Call] | None]:
    """Return the model that a name stands for; of an earlier run, also what its skills were told.

    Raises:
        LLMError: There is no such model, or it cannot be loaded.
        JournalError: There is no such run, or it cannot be read.
    """
    if not name.startswith(RECORDED):
        return load(name), None
    run = journal.find(name.removeprefix(RECORDED))
    said = list(calls(journal, run))
    recorded = Recorded(
        completions=[call.completion for call in said if call.by_organism],
        name=f"{RECORDED}{run}",
    )
    return recorded, [call for call in said if not call.by_organism]


def sampling_of(
    llm: LLM, first: FirstGenome, temperature: float | None, max_tokens: int | None
) -> tuple[float, int]:
    """Return how a model is sampled: as given, or as it was trained, or as the genome has it."""
    tuned = (llm.temperature, llm.max_tokens) if isinstance(llm, Tuned) else (None, None)
    room = llm.context // SHARE if isinstance(llm, Bounded) else first.profile.max_tokens
    temperatures = (temperature, tuned[0], first.profile.temperature)
    lengths = (max_tokens, tuned[1], min(first.profile.max_tokens, room))
    return (
        next(value for value in temperatures if value is not None),
        next(value for value in lengths if value is not None),
    )


def panel_of(
    analyze: Sequence[str] | None,
    llm: LLM,
    journal: Journal,
    listener: Listener,
    *,
    recorded: bool,
) -> Panel:
    """Return the analyzers of these names, open; a recording holds what its own found."""
    if not recorded:
        panel = Panel(analyze or ())
        try:
            panel.warm_up(listener.preparing)
        except BaseException:
            panel.close()
            raise
        return panel
    run = llm.name.removeprefix(RECORDED)
    names = analyzed_by(journal, run) if analyze is None else analyze
    return Panel(names, analyses(journal, run))


def genome_of(genome: str | Path | FirstGenome | None, llm: LLM, journal: Journal) -> FirstGenome:
    """Return what is given, or what suits the model; a recording is of a life with its own."""
    if genome is not None:
        return first_genome(genome)
    if isinstance(llm, Recorded) and llm.name.startswith(RECORDED):
        return born_with(journal, llm.name.removeprefix(RECORDED))
    return first_genome(llm.genome if isinstance(llm, Suited) else USUAL)


def edits_of(edits: bool | None, llm: LLM, journal: Journal) -> bool:
    """Return what is given, or no; a recording is read as it was."""
    if edits is None and isinstance(llm, Recorded) and llm.name.startswith(RECORDED):
        return edited_in(journal, llm.name.removeprefix(RECORDED))
    return bool(edits)


def servers_of(mcp: Sequence[str], skills: Sequence[Skill], listener: Listener) -> Servers:
    """Open MCP servers, beside skills whose names are taken.

    Raises:
        ValueError: One cannot be used, or the package for it is missing.
    """
    if find_spec("mcp") is None:
        raise ValueError(
            f"tools of MCP servers need a package; install it with: {pip_install('mcp')}"
        )
    from autoagent.mcp import Servers

    return Servers(mcp, {skill.name for skill in skills}, listener.preparing)
