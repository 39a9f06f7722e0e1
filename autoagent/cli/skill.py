"""`autoagent skill export`: what a life has made of its skills, for the next one to begin with."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail
from autoagent.cli.genome import OutOption, written
from autoagent.cli.options import DbOption, RunArgument
from autoagent.journal import Data, Journal
from autoagent.past import Past
from autoagent.skills import Calls, Carried, load_skills


def export(
    run: RunArgument,
    name: Annotated[str, typer.Option(help="Which skill.")] = "translate",
    out: OutOption = None,
    db: DbOption = None,
) -> None:
    """Write the genome of a skill as RUN has left it: JSON, which --skill-genome takes."""
    with bad_input_exits():
        with closing(Journal(db, read_only=True)) as journal:
            run_id = journal.find(run)
            settings = Past.of(journal, run_id).settings
            events = [event.data for event in journal.events(run_id, "skill")]
        if name not in settings["skills"]:
            fail(f"run {run_id} had no skill {name!r}; it had: {_listed(settings)}")
        skills = load_skills([name], _own(settings, name))
        skill = skills[0]
        if not isinstance(skill, Carried):
            fail(f"the skill {name!r} has no genome that could be carried on")
        genome = skill.genome_of(histories(events))
    written(out, genome)


def histories(events: list[Data]) -> dict[str, Calls]:
    """Return the calls of each skill that came to something, as events tell them."""
    found: dict[str, Calls] = {}
    for event in events:
        if "output" in event:
            call = (event["input"], event["output"])
            found[event["name"]] = (*found.get(event["name"], ()), call)
    return found


def _own(settings: Data, name: str) -> Data:
    genomes = settings.get("skill_genomes", {})
    return {name: genomes[name]} if name in genomes else {}


def _listed(settings: Data) -> str:
    return ", ".join(settings["skills"]) or "none"
