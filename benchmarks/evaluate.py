"""Measure judging: how many candidates a second, beside what the same work costs bare.

A candidate is compiled and run on 8 inputs. No two are the same text, so nothing comes from a
cache, and all are right, so that no measure of similarity is asked: that is timed apart. Bare
means the same compiler and the same calls of wasmtime in this process (see `benchmarks.programs`).
openevolve's evaluator, where it is installed, calls the same function as our judge. All sides take
turns; figures are medians.

    python -m benchmarks.evaluate [--rounds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import itertools
import logging
import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from autoagent.similarity import Length, Measure, Similarity, sentence_model
from benchmarks.programs import C_SOURCE, INPUTS, LIMITS, Bare, find_toolchain, milliseconds
from genetic.executors import open_executor
from genetic.translate.evaluate import Trial, evaluate
from genetic.translate.judge import Judge
from genetic.translate.task import Task, Test

GOALS = {"overhead": 1 / 1.3, "two workers": 1.8}
BATCH = 16
WARM = 2
"""Rounds that are not counted: workers start, modules are imported."""
EVALUATOR = """\
from pathlib import Path
from genetic.translate import evaluate as engine
from genetic.translate.evaluate import Trial
from sandbox.limits import Limits

trial = {trial!r}

def evaluate(program_path):
    found = engine.evaluate(Path(program_path).read_text(), trial)
    exact = sum(map(trial.matches, found.runs, trial.expected))
    return {{"combined_score": exact / len(trial.inputs)}}
"""
"""A file that openevolve reads: the same function as our judge's, and a score."""

Judged = Callable[[str], object]


def candidates() -> Iterator[str]:
    """Yield correct programs that nobody compiled before."""
    first = time.time_ns()
    for number in itertools.count(first):
        yield C_SOURCE.format(seed=7) + f"// {number}\n"


def expected() -> tuple[bytes, ...]:
    """Return what the candidates print."""
    found = evaluate(next(candidates()), Trial("c", tuple(INPUTS), (b"",) * len(INPUTS), LIMITS))
    return tuple(run.stdout for run in found.runs)


def judge_of(outputs: tuple[bytes, ...], executor: Any) -> Judge:
    pairs = zip(INPUTS, outputs, strict=True)
    tests = tuple(Test(str(number), *pair) for number, pair in enumerate(pairs))
    task = Task(source="", language="javascript", tests=tests)
    length = Similarity([(Length(), 1.0)])
    return Judge(task, target="c", executor=executor, similarity=length, limits=LIMITS)


def checked(judge: Judge, source: str) -> None:
    assert judge.judge(source).fitness.correct


def bare_side(bare: Bare) -> Judged:
    return lambda source: bare.run(bare.translate(bare.compile(source)))


def openevolve_side(folder: Path, outputs: tuple[bytes, ...]) -> Judged | None:
    """Return openevolve's evaluator, or None if it is not installed."""
    try:
        evaluator = importlib.import_module("openevolve.evaluator")
        config = importlib.import_module("openevolve.config")
    except ImportError as error:
        print(f"openevolve: not installed ({error})")
        return None
    logging.getLogger("openevolve").setLevel(logging.ERROR)
    file = folder / "openevolve_evaluation.py"
    file.write_text(EVALUATOR.format(trial=Trial("c", tuple(INPUTS), outputs, LIMITS)))
    settings = config.EvaluatorConfig(cascade_evaluation=False, parallel_evaluations=1)
    theirs = evaluator.Evaluator(settings, str(file), suffix=".c")
    loop = asyncio.new_event_loop()

    def judged(source: str) -> None:
        scores = loop.run_until_complete(theirs.evaluate_program(source))
        assert scores == {"combined_score": 1.0}, scores

    return judged


def one_by_one(rounds: int, outputs: tuple[bytes, ...]) -> dict[str, float]:
    """Let all sides judge one candidate after the other; return milliseconds for one."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        sides: dict[str, Judged | None] = {"bare": bare_side(Bare(find_toolchain(), Path(scratch)))}
        for name in ("local", "process"):
            executor = open_executor(name)
            stack.callback(executor.close)
            sides[name] = partial(checked, judge_of(outputs, executor))
        sides["openevolve"] = openevolve_side(Path(scratch), outputs)
        texts = candidates()
        for number in range(rounds + WARM):
            for name, side in sides.items():
                if side is not None:
                    spent = milliseconds(partial(side, next(texts)))
                    if number >= WARM:
                        times[name].append(spent)
    return {name: statistics.median(each) for name, each in times.items()}


def side_by_side(rounds: int, outputs: tuple[bytes, ...]) -> dict[tuple[str, int], float]:
    """Let one and two workers judge batches; return candidates a second."""
    rates: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        sides: dict[tuple[str, int], tuple[Judged, ThreadPoolExecutor]] = {}
        for name, workers in itertools.product(("bare", "local", "process"), (1, 2)):
            judged = bare_threads(stack)
            if name != "bare":
                executor = open_executor(name, workers)
                stack.callback(executor.close)
                judged = partial(checked, judge_of(outputs, executor))
            sides[name, workers] = judged, stack.enter_context(ThreadPoolExecutor(workers))
        texts = candidates()
        for number in range(rounds + 1):
            for key, (judged, pool) in sides.items():
                batch = list(itertools.islice(texts, BATCH))
                spent = milliseconds(partial(worked_off, pool, judged, batch))
                if number:  # the first round starts the workers
                    rates[key].append(1000 * BATCH / spent)
    return {key: statistics.median(each) for key, each in rates.items()}


def bare_threads(stack: ExitStack) -> Judged:
    """Return the bare side with a folder for each thread: what the machine itself gives."""
    own = threading.local()

    def judged(source: str) -> None:
        if not hasattr(own, "side"):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            own.side = bare_side(Bare(find_toolchain(), Path(folder)))
        own.side(source)

    return judged


def worked_off(pool: ThreadPoolExecutor, judged: Judged, batch: list[str]) -> None:
    for _ in pool.map(judged, batch):
        pass


def similarities() -> Iterator[tuple[str, float]]:
    """Yield what each measure takes for the 8 outputs of a wrong candidate."""
    measures: list[Measure | None] = [Length(), sentence_model()]
    for measure in filter(None, measures):
        similarity = Similarity([(measure, 1.0)])
        spent = []
        for number in range(6):
            pairs = [(f"{n} apples and pears", f"{n} pears, {number}") for n in range(8)]
            spent.append(milliseconds(partial(similarity.rate, pairs)))
        yield measure.name, statistics.median(spent[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    outputs = expected()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    times = one_by_one(rounds, outputs)
    bare = times["bare"]
    print("\nOne candidate after the other: compile, and run 8 inputs")
    for name, spent in times.items():
        print(f"{name:12} {spent:8.1f} ms {1000 / spent:8.1f} /s {spent / bare:8.2f} x bare")
    print(f"goal: local at most {GOALS['overhead']:.2f} x bare")
    rates = side_by_side(max(rounds // 4, 3), outputs)
    print(f"\nBatches of {BATCH}")
    for name in ("bare", "local", "process"):
        one, two = rates[name, 1], rates[name, 2]
        print(f"{name:12} {one:8.1f} /s by one worker {two:8.1f} /s by two {two / one:8.2f} x")
    print(f"goal: at least {GOALS['two workers']:.1f} x, where both cores are free")
    print("\nSimilarity of 8 wrong outputs, apart")
    for name, spent in similarities():
        print(f"{name:12} {spent:8.1f} ms")


if __name__ == "__main__":
    main()
