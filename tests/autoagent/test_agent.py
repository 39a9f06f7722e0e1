"""The host's handle on a life: budgets, pauses, the journal, with recorded answers."""

import re
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause, Stop
from autoagent.journal import Journal, JournalError
from autoagent.llm import LLM, Completion, LLMError, LLMUnreachable, OpenAICompatible, Recorded
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


@pytest.mark.parametrize(
    ("budget", "calls"), [(Budget(tokens=20), 2), (Budget(cost=0.5), 1), (Budget(steps=1), 3)]
)
def test_useless_answers_are_paid_for_within_the_budget(
    wall: Sandbox, db: Path, budget: Budget, calls: int
) -> None:
    prose = Completion(
        text="No.", tokens_in=5, tokens_out=5, finish="stop", model="recorded", cost=0.5
    )
    one = agent(wall, db, Recorded(completions=[prose] * 9))
    (step,) = one.run("Count", budget=budget)
    assert step.response == "No."
    assert one.run_id is not None
    assert len(list(Journal(db).events(one.run_id, "call"))) == calls


class Counting:
    """A model that knows what a query takes, and takes all that an answer may."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def count_query(self, query: str, *_: Any) -> int:
        return 40

    def complete(self, query: str, *, max_tokens: int, **_: Any) -> Completion:
        self.asked.append(max_tokens)
        return Completion(
            text="No.", tokens_in=40, tokens_out=max_tokens, finish="length", model=self.name
        )

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("tokens", "asked"), [(40, []), (41, [1]), (150, [60, 10]), (10**6, [60] * 6)]
)
def test_a_model_that_counts_never_exceeds_its_tokens(
    wall: Sandbox, db: Path, tokens: int, asked: list[int]
) -> None:
    model = Counting()
    one = agent(wall, db, model, max_tokens=60)
    list(one.run("Count", budget=Budget(tokens=tokens, steps=2)))
    assert model.asked == asked
    assert one.spent.tokens <= tokens
    assert one.ended is not None
    assert one.ended.limit == ("steps" if len(asked) == 6 else "tokens")


class Endless:
    """A model that speaks for ever."""

    name = "endless"

    def complete(self, query: str, *, on_text: Any = None, **_: Any) -> Completion:
        while True:
            time.sleep(0.01)
            on_text("x = 1\n")

    def close(self) -> None:
        pass


def test_the_seconds_end_an_answer_as_it_streams(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, Endless())
    assert list(one.run("Count", budget=Budget(seconds=0.3))) == []
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit) == (Stop.BUDGET, "seconds")


def test_the_seconds_end_the_wait_for_a_silent_server(wall: Sandbox, db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        one = agent(wall, db, OpenAICompatible(model="m", base_url=url))
        before = time.monotonic()
        assert list(one.run("Count", budget=Budget(seconds=1))) == []
    assert time.monotonic() - before < 60
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit) == (Stop.BUDGET, "seconds")


USES = "for _ in range(5):\n    self.use('clock')"


def test_the_seconds_end_a_step_of_many_messages(wall: Sandbox, db: Path) -> None:
    def slow(answer: str) -> str:
        time.sleep(1)
        return answer

    one = agent(wall, db, texts([USES]), skills=["clock"], approve=slow)
    assert list(one.run("Count", budget=Budget(seconds=1))) == []
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit) == (Stop.BUDGET, "seconds")


def test_a_pause_ends_a_step_of_many_messages(wall: Sandbox, db: Path) -> None:
    def pausing(answer: str) -> str:
        one.pause()
        return answer

    one = agent(wall, db, texts([USES]), skills=["clock"], approve=pausing)
    assert list(one.run("Count")) == []
    assert one.ended is not None
    assert (one.ended.cause, one.ended.limit, one.ended.detail) == (Stop.PAUSED, None, "paused")


def test_skill_calls_are_bounded(wall: Sandbox, db: Path) -> None:
    llm = texts(["self.use('clock')", "self.use('clock')\nprint('unreached')", "x = 1"])
    one = agent(wall, db, llm, skills=["clock"])
    steps = list(one.run("Look", budget=Budget(skill_calls=1, steps=3)))
    assert [step.error for step in steps] == [""]
    assert one.ended is not None
    assert one.ended.limit == "skill_calls"


def test_death_ends_the_run(wall: Sandbox, db: Path) -> None:
    answers = ["x = 1", "self.execute_code = 5", "x = 2", "x = 3"]
    one = agent(wall, db, texts(answers), net=False)
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
    assert "+    return 2" in before.diff(after)["f"]
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


@pytest.mark.parametrize(
    ("tuned", "given", "expected"),
    [
        ((None, None), {}, (0.3, 384)),
        ((0.7, 64), {}, (0.7, 64)),
        ((0.7, None), {"max_tokens": 9}, (0.7, 9)),
        ((0.7, 64), {"temperature": 0.0, "max_tokens": 5}, (0.0, 5)),
    ],
)
def test_a_model_is_sampled_as_it_was_trained_unless_told_otherwise(
    wall: Sandbox, db: Path, tuned: Any, given: dict[str, Any], expected: tuple[float, int]
) -> None:
    llm: Any = texts()
    llm.temperature, llm.max_tokens = tuned
    one = agent(wall, db, llm, **given)
    list(one.run("Count", budget=Budget(steps=1)))
    assert one.run_id is not None
    settings = next(Journal(db).events(one.run_id, "run")).data
    assert (settings["temperature"], settings["max_tokens"]) == expected


def test_a_prompt_is_needed_and_lives_are_lived_once(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db)
    with pytest.raises(ValueError, match="empty"):
        one.run(" \n")
    list(one.run("Count", budget=Budget(steps=1)))
    with pytest.raises(ValueError, match="has a life already"):
        one.run("Count")


@pytest.mark.parametrize("name", ["steps", "tokens", "seconds", "cost", "skill_calls"])
def test_a_budget_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be more than 0, and finite, got 0"):
        Budget(**{name: 0})


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": "opn"}, {"on_harm": "ignore"}, {"max_tokens": 0}, {"max_tokens": 1 << 63},
        {"seed": 1.5}, {"seed": True}, {"seed": 1 << 63}, {"check": "x"}, {"temperature": 1e300},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_a_run(db: Path, wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name}.*{re.escape(str(wrong[name]))}"):
        AutonomousLLM(texts(), db=db, **wrong)
    assert not db.exists()


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


class Broken(Recorded):
    """A model with a fault."""

    def complete(self, query: str, **_: Any) -> Completion:
        raise ValueError("a fault")


def test_an_unexpected_error_is_journalled_and_raised(wall: Sandbox, db: Path) -> None:
    one = agent(wall, db, Broken.of_texts([]))
    with pytest.raises(ValueError, match="a fault"):
        list(one.run("Count"))
    assert one.run_id is not None
    (end,) = Journal(db).events(one.run_id, "end")
    assert (end.data["cause"], end.data["detail"]) == (Stop.FAILED, "a fault")


def test_the_answers_of_an_earlier_run_are_given_again(wall: Sandbox, db: Path) -> None:
    first = agent(wall, db)
    before = list(first.run("Count", budget=Budget(steps=2)))
    with AutonomousLLM("recorded:last", sandbox=wall, db=db) as again:
        after = list(again.run("Count", budget=Budget(steps=2)))
    assert [step.response for step in after] == [step.response for step in before]
    assert after[0].run != before[0].run


class Closing(Recorded):
    """Remembers whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("own", [True, False])
def test_what_an_agent_opened_itself_is_closed(
    wall: Sandbox, db: Path, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    model = Closing.of_texts([])
    monkeypatch.setattr("autoagent.opening.load", lambda name: model)
    with AutonomousLLM("smollm2" if own else model, sandbox=wall, db=db) as one:
        assert isinstance(model, Closing)
        assert not model.closed
    assert model.closed is own
    one.close()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"llm": "none"}, LLMError),
        ({"llm": "recorded:none"}, JournalError),
        ({"llm": "loaded", "sandbox": "none"}, ValueError),
    ],
)
def test_what_was_opened_is_closed_when_the_rest_fails(
    db: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], error: type[Exception]
) -> None:
    closed: list[str] = []
    model = Closing.of_texts([])
    if options["llm"] == "loaded":
        monkeypatch.setattr("autoagent.opening.load", lambda name: model)
    monkeypatch.setattr(Journal, "close", lambda journal: closed.append("journal"))
    with pytest.raises(error, match="none"):
        AutonomousLLM(db=db, **options)
    assert closed == ["journal"]
    assert isinstance(model, Closing)
    assert model.closed is (options["llm"] == "loaded")


def test_smollm2_stays_within_its_tokens(wall: Sandbox, db: Path, smollm2: LLM) -> None:
    one = AutonomousLLM(smollm2, sandbox=wall, db=db)
    list(one.run("Define a function called hello_world", budget=Budget(tokens=150)))
    assert 0 < one.spent.tokens <= 150
    assert one.ended is not None
    assert one.ended.limit == "tokens"


def test_smollm2_lives_through_the_python_interface(wall: Sandbox, db: Path, smollm2: LLM) -> None:
    one = AutonomousLLM(smollm2, sandbox=wall, db=db)
    steps = list(one.run("Define a function called hello_world", budget=Budget(steps=2)))
    assert len(steps) == 2
    assert "hello_world" in steps[0].changed
