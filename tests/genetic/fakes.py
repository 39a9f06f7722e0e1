"""A world in which the logic of a search can be tested without compilers and models.

A program is a list of lines, and prints line n for input n; an exclamation mark does not compile.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Literal

from autoagent.asker import Asker
from autoagent.llm import PYTHON, Completion, Frame
from autoagent.similarity import Length, Similarity
from genetic.search.watcher import Generation, Unwatched
from genetic.translate.candidate import Candidate
from genetic.translate.evaluate import Evaluation, Trial
from genetic.translate.judge import Judge
from genetic.translate.search import Search
from genetic.translate.settings import Breeding, Settings
from genetic.translate.task import Task, Test
from sandbox.programs import Run

RIGHT = tuple(f"line {word};" for word in ("one", "two", "three", "four", "five", "six"))
GOAL = "\n".join(RIGHT)
SOURCE = "the original"
TASK = Task(
    source=SOURCE,
    language="javascript",
    tests=tuple(Test(f"t{n}", b"%d" % n + b"." * n, line.encode()) for n, line in enumerate(RIGHT)),
)
FAIL = Similarity([(Length(), 1.0)])


def run_of(stdout: bytes, status: Any = "ok") -> Run:
    return Run(status, stdout, b"", 10, "")


def evaluated(source: str, trial: Trial) -> Evaluation:
    """Judge a program as this world does; see `genetic.translate.evaluate.evaluate`."""
    if "!" in source:
        return Evaluation(compile_errors="error!" * source.count("!"))
    lines = source.splitlines()
    numbers = [int(given.split(b".")[0]) for given in trial.inputs]
    runs = [run_of(lines[n].encode()) if n < len(lines) else run_of(b"", "trap") for n in numbers]
    matches = [trial.matches(*pair) for pair in zip(runs, trial.expected, strict=True)]
    if 0 < trial.first < len(runs) and not any(matches[: trial.first]):
        return Evaluation(runs=tuple(runs[: trial.first]))
    return Evaluation(runs=tuple(runs), fuel=len(source) if all(matches) else None)


class Here:
    """An executor that works a call off at once, and remembers the programs."""

    name = "here"
    workers = 1

    def __init__(self, evaluate: Callable[[str, Trial], Evaluation] = evaluated) -> None:
        self.sources: list[str] = []
        self._evaluate = evaluate

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        source, trial = arguments
        self.sources.append(source)
        future: Future[Any] = Future()
        try:
            future.set_result(self._evaluate(source, trial))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        pass


def lines(*right: int) -> str:
    """Return a program in which these lines are right."""
    return "\n".join(line if n in right else f"no {n}" for n, line in enumerate(RIGHT))


def judge_of(executor: Here | None = None, task: Task = TASK, **options: Any) -> Judge:
    executor = executor or Here()
    return Judge(task, target="c", executor=executor, similarity=FAIL, **options)


class Model:
    """Answers with what a function makes of a query and a seed; remembers what it was asked."""

    def __init__(
        self,
        answer: Callable[[str, random.Random], str],
        *,
        name: str = "scripted",
        delay: float = 0.0,
        finish: Literal["stop", "length"] = "stop",
    ) -> None:
        self.name = name
        self.queries: list[str] = []
        self.temperatures: list[float] = []
        self.most_at_once = 0
        self._answer = answer
        self._delay = delay
        self._finish = finish
        self._inside = 0
        self._lock = threading.Lock()

    def complete(
        self,
        query: str,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        with self._lock:
            self.queries.append(query)
            self.temperatures.append(temperature)
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        if self._delay:
            time.sleep(random.random() * self._delay)
        text = self._answer(query, random.Random(seed))
        with self._lock:
            self._inside -= 1
        return Completion(
            text=text, tokens_in=7, tokens_out=3, finish=self._finish, model=self.name
        )

    def close(self) -> None:
        pass


def shown(query: str) -> str | None:
    """Return the translation that a query shows."""
    found = re.search(r"\n\nC:\n(.*?)\n\n(?:The compiler|For |Answer|\Z)", query, re.S)
    return found[1] if found else None


def writer(right: float, mends: float = 1.0) -> Callable[[str, random.Random], str]:
    """Answer with lines that are right with some probability, and mend one when told of a fault."""

    def answer(query: str, rng: random.Random) -> str:
        program = shown(query)
        if program is None:
            lines = [
                line if rng.random() < right else f"wrong {rng.randrange(99)}" for line in RIGHT
            ]
        else:
            lines = (program.splitlines() + ["?"] * len(RIGHT))[: len(RIGHT)]
            wrong = [n for n, line in enumerate(lines) if line != RIGHT[n]]
            if wrong and rng.random() < mends:
                number = rng.choice(wrong)
                lines[number] = RIGHT[number]
        return "```c\n" + "\n".join(lines) + "\n```"

    return answer


def settings_of(**given: Any) -> Settings:
    """Return settings for a small search."""
    known = set(Breeding.__dataclass_fields__)
    breeding = {"population": 6} | {name: given.pop(name) for name in known & set(given)}
    return Settings(**{"generations": 4, "breeding": Breeding(**breeding)} | given)


class Heard(Unwatched[Candidate]):
    """Remembers what a watcher is told."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.better_ones: list[Candidate] = []

    def judged(self, candidate: Candidate) -> None:
        self.candidates.append(candidate)

    def better(self, candidate: Candidate) -> None:
        self.better_ones.append(candidate)


def search_of(
    *models: Model, settings: Settings, executor: Here | None = None, seed: int = 0, **options: Any
) -> Search:
    judge = options.pop("judge", None) or judge_of(executor)
    asker = options.pop("asker", None) or Asker(
        models, seed=seed, at_once=options.pop("at_once", 1)
    )
    return Search(
        TASK, judge=judge, target="c", settings=settings, asker=asker, seed=seed, **options
    )


def ran(search: Search) -> list[Generation]:
    return list(search.generations())
