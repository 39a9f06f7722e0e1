"""Lives with tasks: how they end, what is kept of them, and what they are not told."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.first_genome import first_genome
from autoagent.journal import Journal
from autoagent.kept import Kept
from autoagent.llm import LLMError, LLMUnreachable, Recorded
from autoagent.stoppable import Interrupted
from autoagent.tasks.attempt import Setup
from autoagent.tasks.benchmark import Benchmark, Side
from autoagent.tasks.examiner import Examiner
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.reference.model import Reference
from autoagent.tasks.task import select
from sandbox.session import Sandbox
from tests.autoagent.tasks.conftest import Unseen

Attempted = Callable[..., list[Outcome]]


def says(*codes: str) -> Recorded:
    return Recorded.of_texts([f"```python\n{code}\n```" for code in codes])


@pytest.mark.parametrize(
    ("codes", "cause", "wrong"),
    [
        (["self.finish(1)"], "finished", "the result is 1, and not"),
        (["self.finish()"], "finished", "the result is None, and not"),
        (["self.give_up('no')"], "gave_up", "the result is None, and not"),
        (["pass"] * 4, "budget", "the result is None, and not"),
        (["import os\nos.system('ls')"], "harm", "it died"),
        (["self.run = lambda: 0"], "ended", "it died"),
    ],
)
def test_lives_end_and_are_judged(
    attempted: Attempted, codes: list[str], cause: str, wrong: str
) -> None:
    (outcome,) = attempted("digit_sum", llm=says(*codes))
    assert (outcome.cause, outcome.steps) == (cause, len(codes))
    assert outcome.wrong.startswith(wrong)


def test_a_result_in_time_counts_and_nobody_is_told(attempted: Attempted, db: Path) -> None:
    guesses = ["self.finish(1)", "self.finish(2)"]
    (outcome,) = attempted("digit_sum", llm=says(*guesses))
    assert outcome.steps == 1  # a wrong result is not refused, or it could be guessed at
    with closing(Journal(db, read_only=True)) as journal:
        told = str([event.data for event in journal.events(outcome.run)])
    assert outcome.wrong not in told


def test_a_model_out_of_reach_makes_no_outcome(attempted: Attempted, tmp_path: Path) -> None:
    with pytest.raises(LLMUnreachable):
        attempted("digit_sum", llm=says("pass"))
    assert not list((tmp_path / "out" / "outcomes").iterdir())


def test_what_is_paused_makes_no_outcome_and_goes_on_later(
    wall: Sandbox, examiner: Examiner, db: Path, tmp_path: Path
) -> None:
    def benchmark() -> Benchmark:
        return Benchmark(
            select("digit_sum,letters"),
            [Side(Reference(), first_genome("capable"))],
            setup=Setup(wall=wall, examiner=examiner, db=db),
            outcomes=Kept(tmp_path, Outcome.of),
            watcher=Unseen(),
        )

    interrupted = benchmark()
    outcomes = interrupted.run()
    first = next(outcomes)
    interrupted.pause()
    with pytest.raises(Interrupted):
        next(outcomes)
    again = list(benchmark().run())
    assert again[0] == first
    assert [one.task for one in again] == ["digit_sum", "letters"]


class Trained(Reference):
    """A model of files."""

    def __init__(self, *files: Path) -> None:
        self.files = files


class Elsewhere:
    """A wall of another name or build."""

    def __init__(self, wall: Sandbox, **what: str) -> None:
        self._wall, self._what = wall, what

    def __getattr__(self, name: str) -> Any:
        return self._what.get(name) or getattr(self._wall, name)


def test_what_was_lived_with_other_weights_or_behind_another_wall_is_lived_again(
    wall: Sandbox, examiner: Examiner, db: Path, tmp_path: Path
) -> None:
    weights, adapter = tmp_path / "weights", tmp_path / "adapter"
    weights.write_text("one")
    adapter.write_text("low")

    def run(*files: Path, **other: str) -> str:
        setup = Setup(wall=Elsewhere(wall, **other), examiner=examiner, db=db)
        side = Side(Trained(*files), first_genome("capable"))
        kept = Kept(tmp_path, Outcome.of)
        asked = select("digit_sum")
        benchmark = Benchmark(asked, [side], setup=setup, outcomes=kept, watcher=Unseen())
        (outcome,) = benchmark.run()
        return outcome.run

    first = run(weights)
    assert run(weights) == first
    others = [run(weights, name="process"), run(weights, build="newer"), run(weights, adapter)]
    time = weights.stat()
    weights.write_text("two")
    os.utime(weights, ns=(time.st_atime_ns, time.st_mtime_ns))
    others.append(run(weights))
    assert len({first, *others}) == 5
    weights.write_text("one")
    assert run(weights) == first
    with pytest.raises(LLMError, match="cannot read the weights"):
        run(tmp_path / "gone")
