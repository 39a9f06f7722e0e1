"""What a notebook shows, and what it means to stop a cell."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Step, Stop
from autoagent.budget import Spent
from autoagent.genome import Genome
from autoagent.llm import Query
from autoagent.llm.human import Human
from genetic.search.journalled import Finish
from genetic.search.run import Finished
from rl.ending import Cause
from rl.ending import Finished as Trained
from sandbox.session import Sandbox

ATTACK = "</pre><script>alert(1)</script><b onclick='x'>\x1b[2J\u202e&"


def searched() -> Finished[Any]:
    described = {"program": ATTACK, "fitness": {ATTACK: 1}}
    return Finished(
        cause=Finish.CALLS, limit=None, detail=ATTACK, best=None, spent=Spent(), described=described
    )


@pytest.mark.parametrize(
    "shown",
    [
        Step(
            run=ATTACK,
            step=1,
            query=ATTACK,
            response=f"```python\n{ATTACK}\n```",
            harm=[{"line": 1, "what": ATTACK}],
            stdout=ATTACK,
            error=ATTACK,
            changed=[ATTACK],
            state=[ATTACK],
            cause=ATTACK,
        ),
        Genome({ATTACK: ATTACK}),
        searched(),
    ],
    ids=["step", "genome", "search"],
)
def test_nothing_that_is_shown_is_obeyed(shown: Any) -> None:
    page = shown._repr_html_()
    assert page.count("&lt;script&gt;") >= 2
    for obeyed in ("<script", "onclick='", "\x1b", "\u202e"):
        assert obeyed not in page
    assert "&amp;" in page
    assert page.count("<pre") == page.count("</pre>")


def test_a_text_of_ten_megabytes_is_cut() -> None:
    assert len(Step(run="r", step=1, query="", response="x" * 10_000_000)._repr_html_()) < 50_000


def test_training_shows_its_last_figures() -> None:
    progress, last = {"updates": 3}, {"entropy": 0.25}
    finished = Trained(cause=Cause.DONE, detail=ATTACK, progress=progress, last=last)
    page = finished._repr_html_()
    for shown in ("updates", "entropy", "0.25", "&lt;script&gt;"):
        assert shown in page
    assert "<script" not in page


def test_a_cell_that_is_interrupted_is_so_once_the_run_is_suspended(
    db: Path, wall: Sandbox
) -> None:
    answers: list[Callable[[], str]] = [lambda: "x = 1", interrupted, lambda: "y = 2"]

    def answer(query: Query) -> str:
        return f"```python\n{answers.pop(0)()}\n```"

    with AutonomousLLM(answer, sandbox=wall, db=db) as agent:
        steps = agent.run("Count", budget=Budget(steps=3))
        assert next(steps).response.endswith("x = 1\n```")
        with pytest.raises(KeyboardInterrupt):
            next(steps)
        assert agent.ended is not None
        assert (agent.ended.cause, agent.ended.detail) == (Stop.PAUSED, "interrupted")
        assert "paused (interrupted)" in agent._repr_html_()
        (step,) = agent.run(budget=Budget(steps=1))
        assert (step.step, step.response) == (2, "```python\ny = 2\n```")


def interrupted() -> str:
    raise KeyboardInterrupt


def test_a_person_types_where_the_kernel_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["print(1)", "print(2)", ".", "never read"])
    monkeypatch.setattr(builtins, "input", lambda: next(typed))
    completion = Human().complete("q", seed=0, temperature=0, max_tokens=9)
    assert "print(1)\nprint(2)" in completion.text
    assert next(typed) == "never read"
