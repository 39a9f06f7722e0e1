"""Measure what it would save to breed on the workers of a cluster, and what it would cost.

Candidates are judged on all machines of a cluster, and bred on the host, where the questions are
asked and written down. Bred elsewhere, each question would have to come back to the host. So the
CPU that a birth's breeding takes is set beside the CPU that Ray takes on the host to bring as many
calls to it as a birth has questions.

The model is simulated (see `benchmarks.simulated`), and answers from memory, as the compiler does:
what is measured is all that the search itself does for a birth, the asker's part included, which
would stay with the host in any case.

    python -m benchmarks.islands
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from autoagent.asker import Asker
from autoagent.llm import Completion
from autoagent.similarity import Length, Similarity
from benchmarks.simulated import Simulated, SimulatedCompiler
from genetic.executors import open_executor
from genetic.translate.evaluate import Evaluation, Trial
from genetic.translate.judge import Judge
from genetic.translate.search import Search
from genetic.translate.settings import Settings

SOLUTIONS = Path(__file__).parents[1] / "tests" / "genetic" / "solutions"
TASKS = ("collatz", "calculator", "lisp")
SEEDS = range(5)
SETTINGS = Settings(generations=4, islands=2, until_correct=False)
CALLS = 600
THREADS = 8
QUESTION, ANSWER = bytes(4000), bytes(1500)


class Remembering(Simulated):
    """A simulated model that works each answer out once."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference, faults=4, mends=0.3)
        self.known: dict[tuple[str, int], Completion] = {}

    def complete(self, query: str, *, seed: int, **rest: Any) -> Completion:
        """Answer; see `LLM.complete`."""
        if (query, seed) not in self.known:
            self.known[query, seed] = super().complete(query, seed=seed, **rest)
        self.asked += 1
        return self.known[query, seed]


class RememberingCompiler(SimulatedCompiler):
    """A simulated compiler that judges each program once."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.known: dict[str, Evaluation] = {}

    def submit(self, function: object, /, *arguments: Any) -> Future[Any]:
        """Judge a program now; see `genetic.executors.executor.Executor.submit`."""
        source, trial = arguments
        future: Future[Any] = Future()
        future.set_result(self._known(source, trial))
        return future

    def _known(self, source: str, trial: Trial) -> Evaluation:
        if source not in self.known:
            self.known[source] = self._evaluated(source, trial)
        return self.known[source]


def bred(name: str, seed: int) -> tuple[float, float]:
    """Return milliseconds of CPU, and questions, of a birth."""
    reference = (SOLUTIONS / f"{name}.c").read_text("utf-8")
    model, compiler = Remembering(reference), RememberingCompiler(reference)
    for _ in range(2):  # the second time, model and compiler only remember
        model.asked = 0
        judge = Judge(
            compiler.task,
            target="c",
            executor=compiler,
            similarity=Similarity([(Length(), 1.0)]),
        )
        search = Search(
            compiler.task,
            judge=judge,
            target="c",
            settings=SETTINGS,
            asker=Asker([model]),
            seed=seed,
        )
        began = time.process_time()
        births = sum(generation.births for generation in search.generations())
        used = time.process_time() - began
    return 1000 * used / births, model.asked / births


class Mailbox:
    """An actor between islands that ask and the host that answers."""

    def __init__(self) -> None:
        self._asked: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        self._answers: dict[int, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count()

    async def ask(self, question: bytes) -> bytes:
        """Return the host's answer."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._asked.put((number, question))
        return await self._answers[number]

    async def take(self) -> tuple[int, bytes]:
        """Return the next question."""
        return await self._asked.get()

    async def answer(self, number: int, answer: bytes) -> None:
        """Answer a question."""
        self._answers.pop(number).set_result(answer)


def ask_all(mailbox: Any, questions: int) -> None:
    """Ask from threads, as the births of an island do."""
    import ray

    def ask(_: int) -> bytes:
        return bytes(ray.get(mailbox.ask.remote(QUESTION)))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, range(questions)))


def carried() -> float:
    """Return the milliseconds of the host's CPU that a worker's question costs."""
    with closing(open_executor("ray", 2)):
        import ray

        remote = ray.remote(num_cpus=0)
        mailbox = remote(Mailbox).options(max_concurrency=1000).remote()

        def answer() -> None:
            with suppress(ray.exceptions.RayError):  # the end of the cluster
                while True:
                    number, _ = ray.get(mailbox.take.remote())
                    mailbox.answer.remote(number, ANSWER)

        threading.Thread(target=answer, daemon=True).start()
        island = remote(ask_all)
        ray.get(island.remote(mailbox, THREADS))
        began = time.process_time()
        ray.get(island.remote(mailbox, CALLS))
        return 1000 * (time.process_time() - began) / CALLS


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def main() -> None:
    """Print a table."""
    cost = carried()
    print(f"A question that comes back from a worker: {cost:.2f} ms of the host's CPU.\n")
    print("| task | breeding, a birth | questions, a birth | carrying these |")
    print("|---|---|---|---|")
    for name in TASKS:
        births = [bred(name, seed) for seed in SEEDS]
        used, asked = (middle(column) for column in zip(*births, strict=True))
        print(f"| {name} | {used:.2f} ms | {asked:.1f} | {asked * cost:.2f} ms |")


if __name__ == "__main__":
    main()
