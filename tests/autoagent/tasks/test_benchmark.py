"""Lives with tasks: how they end, what is kept of them, and what they are not told."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.first_genome import first_genome
from autoagent.journal import Journal
from autoagent.kept import Kept
from autoagent.llm import LLMUnreachable, Recorded
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


def test_files_count_without_a_result_too(attempted: Attempted) -> None:
    write = "import pathlib, json\ntotal = {}\n"
    write += "for p in pathlib.Path('shops').iterdir():\n"
    write += "    for k, v in json.loads(p.read_text()).items(): total[k] = total.get(k, 0) + v\n"
    write += "pathlib.Path('total.json').write_text(json.dumps(total))"
    (outcome,) = attempted("merge_json", llm=says(write, *["pass"] * 5))
    assert (outcome.cause, outcome.wrong) == ("budget", "")


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
