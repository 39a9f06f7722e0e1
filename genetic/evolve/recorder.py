"""What a search with an evaluator writes into the journal, and what is read of it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from autoagent.events import count, list_of, maybe, number, record, text, unless_missing
from autoagent.journal import Data, Journal
from genetic.evolve.candidate import Candidate
from genetic.evolve.judge import EVALUATION
from genetic.search.recorder import Recorder, Write, last_event, proper
from genetic.search.watcher import Generation
from sandbox.programs.evaluator import Evaluation

FITNESS = record(score=maybe(number), problem=text)
BEST = record(name=text, program=text, fitness=FITNESS)
BORN = record(
    name=text, parents=list_of(text), score=maybe(number), problem=text, calls=count,
    best=maybe(number), program=unless_missing(maybe(text)),
)  # fmt: skip
LONGEST = 100_000
"""Characters of a text that is kept with its birth."""


class EvolveRecorder(Recorder[Candidate]):
    """Writes down what happens in a search with an evaluator; see `Recorder`.

    Attributes:
        lineage: Every candidate, in the order of births, with the questions asked up to it.
        known: The evaluations that are written down from before.
    """

    def __init__(self, write: Write) -> None:
        super().__init__(write)
        self.lineage: list[Data] = []
        self.known: list[dict[str, Any]] = []
        self._born: dict[str, Data] = {}
        self._births: dict[int, int] = {}
        self._calls = 0
        self._best: float | None = None

    def described(self, candidate: Candidate) -> Data:
        """Return a candidate as it is journalled."""
        evaluation = candidate.evaluation
        fitness = {"score": evaluation.score, "problem": evaluation.problem}
        return {"name": candidate.name, "program": candidate.program, "fitness": fitness}

    def take_up(self, journal: Journal, run: str) -> None:
        """Read what is written already, so that nothing is written twice.

        What a program is worth, only a run of one's own is believed: those of any other are judged
        again.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """
        for best in proper(journal, run, "best", BEST):
            fitness = {name: best["fitness"][name] for name in ("score", "problem")}
            self.best = Candidate(best["name"], best["program"], Evaluation(**fitness))
        self.known = list(proper(journal, run, "evaluation", EVALUATION))
        if not journal.is_own(run):
            self.best, self.known = None, []
        shape = record(number=count, births=count)
        told = proper(journal, run, "generation", shape)
        self._births = {each["number"]: each["births"] for each in told}
        self._generations = len(self._births)
        self._born = {each["name"]: each for each in born(journal, run)}

    def evaluated(self, evaluation: Data) -> None:
        """Write an evaluation down."""
        self._write(("evaluation", evaluation))

    def generation(self, generation: Generation[Candidate]) -> None:
        """Write down what a generation led to, again where more are born of it than before.

        The last one of a run is cut short where no calls are left, and goes on if there are more.
        """
        if self._births.get(generation.number, generation.births) < generation.births:
            self._generations = min(self._generations, generation.number)
        super().generation(generation)

    def took(self, candidates: Sequence[Candidate]) -> None:
        """Write down who was born, unless that was done before the run was cut off.

        Who was given up since no calls were left is written down again, if there are more.
        """
        for candidate in candidates:
            self._calls += candidate.calls
            score = candidate.score
            if score is not None and (self._best is None or self._best < score):
                self._best = score
            data = {
                "name": candidate.name,
                "parents": list(candidate.parents),
                "score": score,
                "problem": candidate.evaluation.problem,
                "calls": self._calls,
                "best": self._best,
                "program": _kept(candidate),
            }
            self.lineage.append(data)
            known = self._born.get(candidate.name)
            if known is None or {**data, **known} != data:  # once the text was not told
                learnt = ({"name": candidate.name, **asdict(each)} for each in candidate.lessons)
                # Together: who is known to be born is not asked for lessons again.
                self._write(("born", data), *(("lesson", lesson) for lesson in learnt))


def _kept(candidate: Candidate) -> str | None:
    """Return a text, if there is one of its own, and it is not too long to be kept."""
    is_kept = candidate.was_judged and len(candidate.program) <= LONGEST
    return candidate.program if is_kept else None


def born(journal: Journal, run: str) -> Iterator[Data]:
    """Yield who was born in a run, in order, with what was told last of each.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    yield from {row["name"]: row for row in proper(journal, run, "born", BORN)}.values()


def lessons(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what can be learnt from a run: questions, and answers that made a text better.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(name=text, prompt=text, answer=text, before=maybe(number), after=number)
    yield from proper(journal, run, "lesson", shape)


def end(journal: Journal, run: str) -> Data | None:
    """Return how a run stopped; None while it has not.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    return last_event(journal, run, maybe(BEST))
