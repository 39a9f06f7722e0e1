"""The host's handle on a life: budgets, pauses, the journal, with recorded answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause, Stop
from autoagent.journal import Journal
from autoagent.llm import LLM, Completion, LLMUnreachable, Recorded
from sandbox.session import Sandbox

CODES = [f"x{n} = {n}\nprint({n})" for n in range(1, 30)]


def texts(codes: Sequence[str] = CODES) -> Recorded:
    return Recorded.of_texts([f"```python\n{code}\n```" for code in codes])


def agent(wall: Sandbox, db: Path, llm: LLM | None = None, **options: Any) -> AutonomousLLM:
    return AutonomousLLM(llm or texts(), sandbox=wall, db=db, **options)


def test_steps_are_yielded_as_they_complete(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db)
    steps = list(one.run("Count", budget=Budget(steps=3)))
    assert [step.stdout for step in steps] == ["1\n", "2\n", "3\n"]
    assert [step.state for step in steps] == [["x1"], ["x2"], ["x3"]]
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit) == (Stop.BUDGET, "steps")


@pytest.mark.parametrize(
    ("budget", "limit", "steps"),
    [
        (Budget(tokens=25), "tokens", 3),
        (Budget(cost=0.5), "cost", 1),
        (Budget(steps=2, tokens=10**6), "steps", 2),
        (Budget(seconds=1e-9), "seconds", 0),
    ],
)
def test_each_bound_ends_the_run_by_its_name(
    wall: Sandbox, db: Path, budget: Budget, limit: str, steps: int
) -> None:
    completions = [
        Completion(
            text=f"```python\n{code}\n```",
            tokens_in=5,
            tokens_out=5,
            finish="stop",
            model="recorded",
            cost=0.5,
        )
        for code in CODES
    ]
    one = agent(wall, db, Recorded(completions=completions))
    assert len(list(one.run("Count", budget=budget))) == steps
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit) == (Stop.BUDGET, limit)


def test_skill_calls_are_bounded(wall: Sandbox, db: Path) -> None:
    llm = texts(["self.use('clock')", "self.use('clock')\nprint('unreached')", "x = 1"])
    one = agent(wall, db, llm, skills=["clock"])
    steps = list(one.run("Look", budget=Budget(skill_calls=1, steps=3)))
    assert [step.error for step in steps] == [""]
    assert one.ended is not None
    assert one.ended.limit == "skill_calls"


def test_death_ends_the_run(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, texts(["x = 1", "self.execute_code = 5", "x = 2", "x = 3"]))
    steps = list(one.run("Break"))
    assert [step.alive for step in steps] == [True, True, False]
    assert one.ended is not None
    assert one.ended.cause is Cause.CRASHED


def test_a_silent_model_suspends_the_run(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, texts(["x = 1"]))
    assert len(list(one.run("Go"))) == 1
    assert one.ended is not None
    assert one.ended.cause is Stop.UNREACHABLE


def test_pausing_between_steps_loses_nothing(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db)
    steps = []
    for step in one.run("Count"):
        steps.append(step)
        if step.step == 2:
            one.pause()
    assert len(steps) == 2
    assert one.ended is not None
    assert one.ended.cause is Stop.PAUSED


def test_leaving_the_loop_early_is_journalled(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db)
    run = one.run("Count")
    next(run)
    run.close()
    assert one.ended is not None
    assert one.ended.cause is Stop.PAUSED


def test_every_answer_is_journalled_before_it_is_used(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, texts(["x = 1", "x = 1", "x = 1", "y = 2"]))
    steps = list(one.run("Count", budget=Budget(steps=2)))
    assert one.run_id is not None
    kinds = [event.kind for event in Journal(db).events(one.run_id)]
    assert kinds[:6] == ["run", "born", "heartbeat", "call", "reply", "outcome"]
    assert kinds[-1] == "end"
    calls = [event.data for event in Journal(db).events(one.run_id, "call")]
    assert [call["problem"] for call in calls] == [None, "repeated", "repeated", None]
    assert len({call["seed"] for call in calls}) == 4
    assert steps[1].response == "```python\ny = 2\n```"


def test_the_genome_of_each_step_is_in_the_journal(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, texts(["def f(self):\n    return 1", "def f(self):\n    return 2"]))
    first, second = one.run("Define", budget=Budget(steps=2))
    journal = Journal(db)
    before, after = journal.genome(first.genome), journal.genome(second.genome)
    assert before.sources["f"] == "def f(self):\n    return 1\n"
    assert "+    return 2" in before.diff(after)
    assert {"run", "step", "execute_code", "call_llm"} <= set(after.sources)
    assert one.genome == after


def test_equal_runs_are_equal_but_for_names_and_times(wall: Sandbox, db: Path) -> None:
    def steps() -> list[dict[str, Any]]:
        run = agent(wall, db).run("Count", budget=Budget(steps=3))
        return [{**step.as_dict(), "run": "", "ms": 0} for step in run]

    assert steps() == steps()


def test_approval_may_edit_or_refuse(wall: Sandbox, db: Path) -> None:
    verdicts = iter(["print('edited')", None])
    one = agent(wall, db, approve=lambda answer: next(verdicts))
    (step,) = one.run("Count")
    assert (step.response, step.stdout) == ("print('edited')", "edited\n")
    assert one.ended is not None
    assert one.ended.detail == "not approved"


def test_a_prompt_is_needed_and_lives_are_lived_once(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db)
    with pytest.raises(ValueError, match="empty"):
        one.run(" \n")
    list(one.run("Count", budget=Budget(steps=1)))
    with pytest.raises(ValueError, match="make a new one"):
        one.run("Count")


@pytest.mark.parametrize("name", ["steps", "tokens", "seconds", "cost", "skill_calls"])
def test_a_budget_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be more than 0, got 0"):
        Budget(**{name: 0})


class Interrupted:
    """A model that is paused while it speaks."""

    name = "interrupted"

    def __init__(self) -> None:
        self.agent: AutonomousLLM | None = None

    def complete(self, query: str, *, on_text: Any = None, **_: Any) -> Completion:
        assert self.agent is not None
        on_text("```python\n")
        self.agent.pause()
        on_text("x = 1")
        raise LLMUnreachable("not reached")

    def close(self) -> None:
        pass


def test_a_pause_does_not_wait_for_the_model(wall: Sandbox, db: Path) -> None:
    model = Interrupted()
    model.agent = one = agent(wall, db, model)
    assert list(one.run("Count")) == []
    assert one.ended is not None
    assert one.ended.cause is Stop.PAUSED


def test_killing_ends_the_worker_at_once(db: Path) -> None:
    one = AutonomousLLM(texts(), db=db)
    run = one.run("Count")
    next(run)
    one.kill()
    assert list(run) == []
    assert one.ended is not None
    assert one.ended.cause is Stop.KILLED
    one.close()


def test_smollm2_lives_through_the_python_interface(wall: Sandbox, db: Path, smollm2: LLM) -> None:
    one = AutonomousLLM(smollm2, sandbox=wall, db=db)
    steps = list(one.run("Define a function called hello_world", budget=Budget(steps=2)))
    assert len(steps) == 2
    assert "hello_world" in steps[0].changed
