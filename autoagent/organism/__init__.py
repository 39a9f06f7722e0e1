"""What is carried behind the wall: the organism's source and the world below it.

Nothing here runs on the host but `guest`, which packs the texts, and `extract_code`, which
both sides use. Two classes are called `AutonomousLLM`: the one of the first genome, which lives
behind the wall and there has the name by which models and journals know it, and the one that
users hold, `autoagent.agent.AutonomousLLM`, the handle on a run in which the first one lives.
"""

from __future__ import annotations

from importlib.resources import files

from autoagent.organism.extract import extract_code
from sandbox.rules import ALLOWED_MODULES
from sandbox.session import Guest

__all__ = ["GENOMES", "extract_code", "genome_source", "guest"]

GENOMES = ("small", "capable")
"""Names of the genomes that are carried behind every wall, ready to be born."""

CARRIED = (
    (
        "autoagent.organism",
        (
            *("account", "cargo", "conversation", "damage", "definitions", "extract", "faults"),
            *("inventory", "net", "primitives", "record", "refusals", "result", "sources"),
            *("trial", "uptake", "world"),
        ),
    ),
    (
        "sandbox",
        (
            *("aliases", "facades", "guarded", "guards", "introspection", "judge", "library"),
            *("memory_files", "memory_listing", "memory_tree", "mounted", "names", "namespace"),
            *("nesting", "open_files", "output", "own_modules", "parsing", "places", "refusal"),
            *("rules", "shapes", "verdict"),
        ),
    ),
)

PRELOAD = (
    *sorted(ALLOWED_MODULES - {"__future__"}),
    *("_strptime", "gc", "linecache", "unittest._log", "warnings"),
)
"""Standard modules that exist inside: what the policy allows and what the world needs."""


def genome_source(name: str = "small") -> str:
    """Return the source of one of the `GENOMES`, an `AutonomousLLM` class."""
    return _text("autoagent.organism.genomes", name)


def guest() -> Guest:
    """Pack everything that a wall has to carry for an organism to live behind it."""
    modules = {
        f"{package}.{name}": _text(package, name) for package, names in CARRIED for name in names
    }
    # The classes are made while the component is built, so that a new life finds its own ready.
    sources = ", ".join(repr(genome_source(name)) for name in GENOMES)
    modules["autoagent.organism.boot"] = (
        "from autoagent.organism.primitives import main, prepare\n"
        f"prepare({sources})\n"
        "__all__ = ['main']\n"
    )
    return Guest(
        modules=modules,
        entry="autoagent.organism.boot:main",
        preload=PRELOAD,
        packages=("RestrictedPython",),
    )


def _text(package: str, name: str) -> str:
    return files(package).joinpath(f"{name}.py").read_text(encoding="utf-8")
