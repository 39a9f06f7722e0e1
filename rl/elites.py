"""The organism's own methods as a domain of MAP-Elites: who lives longest, of every kind.

A program is a class of organisms, as a genome file has it. It lives among hazards, and is answered
by a script that solves what hunger demands: so it starves unless it goes on asking, says what it is
asked, and executes what it is answered; and what is short is hit by radiation less often.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from statistics import fmean

from autoagent.first_genome import GenomeError, of_text
from autoagent.organism import genome_source
from autoagent.organism.sources import class_source
from autoagent.walls import open_wall
from env import Survival
from env.hazards import load_hazards
from env.scripted import SCRIPTS
from genetic.elm import Axis, Judged
from sandbox.session import SandboxError

USUAL = "radiation"
DIFFICULTY = 5.0
"""At which the small genome lives for about half of the steps."""
LIVES, STEPS = 3, 32
BASE = 'PROFILE = {"base": "small"}\n\n\n'
TASK = """\
The program is the class of a Python object that lives. Its method run() is its loop, and life is \
over when that returns or raises. call_llm(query) asks a model, and execute_code(response) runs \
what it answers. Characters of its source change at random while it lives, and a longer source is \
hit more often. It is to live as long as it can."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a life.

    Attributes:
        steps: How many answers it survived.
        queries: How long what it asked was, in characters, on average.
    """

    steps: int
    queries: float


@dataclass(kw_only=True)
class Organisms:
    """Classes of organisms; see `genetic.elm.domain.Domain`.

    Attributes:
        hazard: What threatens them beside hunger.
        lives: How often each is born, always with the same seeds.
        steps: Answers after which a life is long enough.
    """

    hazard: str = USUAL
    lives: int = LIVES
    steps: int = STEPS
    axes = (
        Axis(name="characters of source", low=0, high=6000, niches=20),
        Axis(name="characters of a query", low=0, high=1000, niches=20),
    )
    task = TASK
    together = 1
    function = "AutonomousLLM"
    objective = "steps survived"
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.name = f"organism:{self.hazard}"
        self.seeds = {"small": BASE + class_source([genome_source("small")], "AutonomousLLM")}
        self._wall = self._stack.enter_context(closing(open_wall("wasm")))

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return how long organisms of each class live."""
        return [self._judged(program) for program in programs]

    def close(self) -> None:
        """End the wall's workers."""
        self._stack.close()

    def _judged(self, program: str) -> Judged:
        try:
            genome = of_text(program, name="program")
        except GenomeError as error:
            return Judged(fault=f"no genome: {error}")
        with closing(
            Survival(
                hazards=dict.fromkeys(("hunger", self.hazard)),
                difficulty=DIFFICULTY,
                sandbox=self._wall,
                max_steps=self.steps,
                genome=genome,
            )
        ) as world:
            try:
                fates = [lived(world, seed) for seed in range(self.lives)]
            except SandboxError as error:
                return Judged(fault=f"no life: {error}")
        if not any(fate.steps for fate in fates):
            return Judged(fault="it does not live to ask a second time")
        length = sum(map(len, genome.methods.values()))
        queries = fmean(fate.queries for fate in fates)
        return Judged(objective=fmean(fate.steps for fate in fates), measures=(length, queries))


def lived(world: Survival, seed: int) -> Fate:
    """Return what becomes of an organism that is answered by one who solves what is demanded."""
    observed, _ = world.reset(seed=seed)
    asked, over = [len(observed["query"])], not observed["query"]
    while not over:
        observed, _, died, truncated, _ = world.step(SCRIPTS["solver"](observed, world.steps))
        over = died or truncated
        asked += [] if died else [len(observed["query"])]
    return Fate(steps=len(asked) - 1, queries=fmean(asked))


def open_organism(variant: str | None, together: int) -> Organisms:
    """Open the domain with what threatens organisms beside hunger, as ``organism:lesion``.

    Raises:
        ValueError: There is no such hazard.
        SandboxError: The wall cannot stand here.
    """
    hazard = variant or USUAL
    load_hazards([hazard])
    return Organisms(hazard=hazard)
