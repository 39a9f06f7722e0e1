"""MAP-Elites (Mouret and Clune, 2015): programs that breed from the best of every niche.

A batch is made from one archive, judged, and added to it. All chance of a batch follows from the
run's seed and the numbers of its evaluations, so a search that begins at any batch with the archive
of the batches before goes on as if it had never stopped.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from autoagent.events import count, list_of, mapping_of, number, record
from genetic.elm.archive import ELITE, Archive, Elite, Standing
from genetic.elm.domain import Domain, Judged
from genetic.elm.operators import Operator, Variation
from genetic.elm.plan import Plan

BATCH = record(
    number=count,
    evaluated=count,
    valid=count,
    elites=list_of(ELITE),
    faults=mapping_of(count),
    filled=count,
    qd_score=number,
    best=number,
    seconds=number,
)
"""How a batch is journalled."""
LONGEST_KIND = 60
Judge = Callable[[Sequence[str]], list[Judged]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a batch has led to.

    Attributes:
        number: Which one it is.
        evaluated: Programs that were judged until its end, in all.
        valid: How many programs of the batch were judged without a fault.
        elites: Those that were taken into the archive, in order.
        faults: How often each kind of fault was found.
        standing: How well the archive is filled after it.
        seconds: How long it took.
    """

    number: int
    evaluated: int
    valid: int
    elites: tuple[Elite, ...]
    faults: Mapping[str, int]
    standing: Standing
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The batch as it is journalled."""
        told = asdict(self.standing)
        return {
            "number": self.number,
            "evaluated": self.evaluated,
            "valid": self.valid,
            "elites": [elite.as_dict() for elite in self.elites],
            "faults": dict(self.faults),
            **{name: told[name] for name in ("filled", "qd_score", "best")},
            "seconds": round(self.seconds, 3),
        }


class Elites:
    """Searches a domain for programs of all kinds.

    Args:
        plan: What to do.
        domain: What is bred.
        operator: How it is changed.
        admit: Called before each batch; may raise to suspend the search.
        judge: Judges programs; by default the domain itself.
        claim: Tells whether a question of this name may be asked.
        at_once: How many programs may be changed side by side.

    Attributes:
        archive: The best of every niche.
        evaluated: How many programs were judged.
    """

    def __init__(
        self,
        plan: Plan,
        domain: Domain,
        operator: Operator,
        admit: Callable[[], None],
        *,
        judge: Judge | None = None,
        claim: Callable[[str], bool] = lambda key: True,
        at_once: int = 1,
    ) -> None:
        self.archive = Archive(domain.axes)
        self.evaluated = 0
        self._plan = plan
        self._domain = domain
        self._operator = operator
        self._admit = admit
        self._judge = judge or domain.judge
        self._claim = claim
        self._at_once = at_once
        self._batches = 0

    def take_up(self, evaluated: int, elites: list[Elite]) -> None:
        """Add what an earlier batch has led to."""
        for elite in elites:
            self.archive.add(elite)
        self.evaluated = evaluated
        self._batches += 1

    def batches(self) -> Iterator[Batch]:
        """Yield what each further batch has led to, until evaluations or questions are used up.

        Raises:
            ValueError: No seed is a valid program; the message says why.
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
        """
        while self.evaluated < self._plan.evaluations:
            self._admit()
            began = time.monotonic()
            parents = self.archive.elites
            seeds = self._seeds()
            born = seeds or self._varied(parents)
            if not born:
                return
            judged = self._judged([variation for _, variation in born])
            elites = self._added(born, judged)
            if not self.archive.elites:
                raise ValueError(f"no seed is a program of {self._plan.domain}: {judged[0].fault}")
            self.evaluated += len(born)
            faults = Counter(_kind(each.fault) for each in judged if each.fault)
            yield Batch(
                number=self._batches,
                evaluated=self.evaluated,
                valid=len(judged) - faults.total(),
                elites=elites,
                faults=faults,
                standing=self.archive.standing,
                seconds=time.monotonic() - began,
            )
            self._batches += 1

    def _seeds(self) -> list[tuple[int | None, Variation]]:
        known = {**self._domain.seeds, **self._plan.programs}
        wanted = self._plan.starts[self.evaluated : self._plan.evaluations]
        return [(None, Variation(program=known[name], message=name)) for name in wanted]

    def _varied(self, parents: list[Elite]) -> list[tuple[int | None, Variation]]:
        """Change programs that are chosen from the archive, each niche as likely as any other."""
        last = min(self.evaluated + self._plan.batch, self._plan.evaluations)
        evaluations = range(self.evaluated, last)
        claimed = list(takewhile(lambda each: self._claim(key_of(each)), evaluations))

        def vary(evaluation: int) -> tuple[int | None, Variation]:
            rng = random.Random(f"{self._plan.seed}:{evaluation}")
            parent = rng.choice(parents)
            return parent.number, self._operator.vary(parent.program, rng, key_of(evaluation))

        if self._at_once == 1:
            return list(map(vary, claimed))
        with ThreadPoolExecutor(self._at_once) as pool:
            return list(pool.map(vary, claimed))

    def _judged(self, variations: list[Variation]) -> list[Judged]:
        """Return what comes of each; what is no program is judged by its fault."""
        programs = [v.program for v in variations if v.program is not None]
        judged = self._judge(programs)
        if len(judged) != len(programs):
            raise ValueError(
                f"{self._domain.name} judged {len(judged)} programs of {len(programs)}; a domain "
                "must judge each"
            )
        left = (checked(each, len(self._domain.axes)) for each in judged)
        return [Judged(fault=v.fault) if v.program is None else next(left) for v in variations]

    def _added(
        self, born: list[tuple[int | None, Variation]], judged: list[Judged]
    ) -> tuple[Elite, ...]:
        """Add to the archive what has its place there, and return it."""
        taken = []
        for place, ((parent, variation), each) in enumerate(zip(born, judged, strict=True)):
            if each.fault or variation.program is None:
                continue
            elite = Elite(
                number=self.evaluated + place,
                parent=parent,
                message=variation.message,
                program=variation.program,
                objective=each.objective,
                measures=each.measures,
            )
            if self.archive.add(elite):
                taken.append(elite)
        return tuple(taken)


def checked(judged: Judged, axes: int) -> Judged:
    """Return what a domain says of a program; what no archive could hold of that is a fault."""
    if judged.fault:
        return judged
    try:
        objective, measures = float(judged.objective), tuple(map(float, judged.measures))
    except (TypeError, ValueError, OverflowError):
        return Judged(fault="misjudged: objective and measures must be numbers")
    if not all(map(math.isfinite, (objective, *measures))):
        return Judged(fault="misjudged: objective and measures must be finite")
    if len(measures) != axes:
        return Judged(fault=f"misjudged: there must be {axes} measures, and are {len(measures)}")
    return Judged(objective=objective, measures=measures)


def _kind(fault: str) -> str:
    """Return what a fault is counted as; a program may raise what has no name."""
    return fault.partition(":")[0].strip()[:LONGEST_KIND] or "nameless"


def key_of(evaluation: int) -> str:
    """Return the name of what is asked for an evaluation."""
    return f"elm.{evaluation}"
