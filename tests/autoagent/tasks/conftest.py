"""Tasks, and who examines them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autoagent.first_genome import first_genome
from autoagent.kept import Kept
from autoagent.llm import LLM
from autoagent.tasks.attempt import Setup
from autoagent.tasks.benchmark import Benchmark, Side
from autoagent.tasks.examiner import Examiner
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.reference.model import Reference
from autoagent.tasks.task import select
from sandbox.session import Sandbox


class Unseen:
    """Watches nothing."""

    def begun(self, task: str, side: str) -> None:
        pass

    def finished(self, outcome: Outcome, *, known: bool) -> None:
        pass


@pytest.fixture(scope="session")
def examiner() -> Iterator[Examiner]:
    examiner = Examiner()
    yield examiner
    examiner.close()


@pytest.fixture
def attempted(
    wall: Sandbox, examiner: Examiner, db: Path, tmp_path: Path
) -> Callable[..., list[Outcome]]:
    """Have a model attempt tasks."""

    def attempt(
        tasks: str, genome: str | Path = "capable", llm: LLM | None = None, seed: int = 0
    ) -> list[Outcome]:
        benchmark = Benchmark(
            select(tasks),
            [Side(llm or Reference(), first_genome(genome))],
            setup=Setup(wall=wall, examiner=examiner, db=db, seed=seed),
            outcomes=Kept(tmp_path / "out", Outcome.of),
            watcher=Unseen(),
        )
        return list(benchmark.run())

    return attempt
