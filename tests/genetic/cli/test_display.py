"""What is said at the end of a translation and of MAP-Elites."""

from pathlib import Path

import pytest

from genetic.cli.display import OnTerminal
from genetic.cli.elm_view import ElitesView
from genetic.elm.archive import Archive, Standing
from genetic.elm.run import Finished as Bred
from genetic.fitness import Fitness
from genetic.search.journalled import Finish
from genetic.search.run import Finished
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judgement
from tests.genetic.elm.conftest import Sums, plan


@pytest.mark.parametrize(
    ("out", "cause", "suggested"),
    [
        (None, Finish.CORRECT, "save r -o FILE"),
        ("a.c", Finish.CORRECT, "show r"),
        ("a.c", Finish.PAUSED, "translate --resume r"),
    ],
)
def test_a_program_that_is_kept_is_not_to_be_kept_again(
    out: str | None, cause: Finish, suggested: str, capsys: pytest.CaptureFixture[str]
) -> None:
    best = Candidate("0", 0, "int x;", Judgement(Fitness(0, 1.0, 1.0, 1, 1)))
    display = OnTerminal(None if out is None else Path(out), None)
    finished = Finished(cause=cause, limit=None, detail=cause.value, best=best, described=None)
    display.end("r", finished)
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{cause.value}; the best program")
    assert last.startswith(f"next: `autoagent {suggested}` ")


def test_a_program_that_is_wrong_is_to_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Candidate("0", 0, "int x;", Judgement(Fitness(0, 1.0, 0.5, 1, 0)))
    display = OnTerminal(Path("a.c"), None, lambda fitness: f"score a.js a.c {fitness.exact}")
    finished = Finished(cause=Finish.CALLS, limit=None, detail="", best=wrong, described=None)
    display.end("r", finished)
    assert capsys.readouterr().err.splitlines()[-1] == (
        "next: `autoagent score a.js a.c 0` shows where it differs"
    )


@pytest.mark.parametrize(
    ("cause", "more"), [(Finish.EVALUATIONS, " --evaluations N"), (Finish.PAUSED, "")]
)
def test_the_command_is_told_that_goes_on(
    cause: Finish, more: str, capsys: pytest.CaptureFixture[str]
) -> None:
    view = ElitesView(json=False)
    view.begin("r", plan(), Standing(filled=0, niches=40, qd_score=0.0, best=0.0))
    finished = Bred(cause=cause, limit=None, detail="paused", evaluated=60)
    out = Path("my walkers")
    for folder in (out, out / "r"):
        view.end(finished, Archive(Sums().axes), folder, out / "journal.db")
        last = capsys.readouterr().err.splitlines()[-1]
        assert (
            last == f"next: `autoagent elm sums --out 'my walkers' --resume --run r{more}` goes on"
        )
