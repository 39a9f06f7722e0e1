"""Lives of the genome for capable models: what they tell, how they end, and what catches them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause
from autoagent.llm import Completion, Query, Recorded
from autoagent.llm.framing.query import in_words
from autoagent.steps import Step
from sandbox.session import Sandbox

Live = Callable[..., AutonomousLLM]


def block(code: str) -> str:
    return f"So be it.\n```python\n{code}\n```"


@pytest.fixture
def lived(wall: Sandbox, db: Path) -> Callable[..., tuple[AutonomousLLM, list[Step]]]:
    def live(*codes: str | Completion, **options: Any) -> tuple[AutonomousLLM, list[Step]]:
        llm = Recorded.of_texts([block(code) for code in codes if isinstance(code, str)])
        if not all(isinstance(code, str) for code in codes):
            llm = Recorded(completions=codes)  # type: ignore[arg-type]
        agent = AutonomousLLM(llm, sandbox=wall, db=db, **({"genome": "capable"} | options))
        with agent:
            return agent, list(agent.run("Count to three", budget=Budget(steps=len(codes))))

    return live


def last(query: Query) -> str:
    assert isinstance(query, list)
    return query[-1]["content"]


def test_a_query_grows_at_its_end_alone(lived: Any) -> None:
    _, steps = lived("print(1)", "print(2)", "print(3)")
    roles = [[message["role"] for message in step.query] for step in steps]
    assert roles[2] == ["system", "user", "assistant", "user", "assistant", "user"]
    for earlier, later in pairwise(steps):
        *same, changing = earlier.query
        assert later.query[: len(same)] == same
        told = later.query[len(same)]["content"]
        assert changing["content"].startswith(told)


def test_the_first_query_says_the_task_and_what_is_left(lived: Any) -> None:
    _, (step, _) = lived("print(1)", "print(2)")
    told = in_words(step.query)
    for part in ("YOUR TASK\nCount to three", "self.finish(result)", "left: 2 steps", "cut after"):
        assert part in told


def test_errors_come_with_their_traceback_and_the_code(lived: Any) -> None:
    _, (_, step) = lived("def f(x):\n    return 1 / x\nprint('on')\nf(0)", "pass")
    told = last(step.query)
    assert "It printed:\non" in told
    assert "line 4, in <module>\n    f(0)" in told
    assert "line 2, in f\n    return 1 / x" in told
    assert "ZeroDivisionError: division by zero" in told
    assert "f(0)" in step.query[-2]["content"]


@pytest.mark.parametrize("code", ["print(1)\nimport pandas", "print(1)\nx = ("])
def test_what_was_not_executed_at_all_is_told_of(lived: Any, code: str) -> None:
    _, (first, second) = lived(code, "pass")
    assert first.stdout == ""
    assert "Nothing of this answer was executed." in last(second.query)
    assert "Traceback" not in last(second.query)


def test_causes_of_errors_are_told_too(lived: Any) -> None:
    code = "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no a') from e"
    _, (_, step) = lived(code, "pass")
    told = last(step.query)
    assert told.index("KeyError: 'a'") < told.index("direct cause") < told.index("ValueError: no a")


def test_long_output_is_shown_without_its_middle_and_kept_whole(lived: Any) -> None:
    _, steps = lived("print('a' * 30000 + 'END')", "print(len(self.outputs[0]))", "pass")
    told = last(steps[1].query)
    assert "characters left out ...]" in told
    assert "END" in told
    assert "30004" in last(steps[2].query)


def test_an_answer_without_code_is_told_of(lived: Any) -> None:
    prose = Completion(text="Hm.", tokens_in=1, tokens_out=1, finish="stop", model="m")
    _, (first, second) = lived(prose, prose)
    assert (first.response, first.stdout.count("held no ```python block")) == ("Hm.", 1)
    assert "held no ```python block" in last(second.query)


def test_a_cut_answer_is_told_of(lived: Any) -> None:
    cut = Completion(text="```python\nx = 1", tokens_in=1, tokens_out=1, finish="length", model="m")
    _, (_, second) = lived(cut, cut)
    assert "cut at its longest length" in last(second.query)


def test_old_turns_are_left_out_in_time_and_said_to_be(lived: Any) -> None:
    wide = "self.room = lambda: 4000"
    _, steps = lived(wide, *[f"print('{n}' * 900)" for n in range(8)])
    told = in_words(steps[-1].query)
    assert "Steps 1 to" in told
    assert "'6' * 900" in told
    assert len(told) < len(in_words(steps[1].query)) + 5000


def test_a_life_finishes_with_its_result(lived: Any) -> None:
    agent, steps = lived("self.finish({'count': [1, 2, 3]})", "pass")
    assert (agent.ended.cause, agent.result) == (Cause.FINISHED, {"count": [1, 2, 3]})
    assert [step.cause for step in steps] == ["finished"]


@pytest.mark.parametrize("code", ["raise SystemExit", "exit()", "import sys\nsys.exit(0)"])
def test_to_exit_is_to_finish(lived: Any, code: str) -> None:
    agent, _ = lived(code, "pass")
    assert (agent.ended.cause, agent.result) == (Cause.FINISHED, None)


def test_giving_up_says_why(lived: Any) -> None:
    agent, _ = lived("self.give_up('it cannot be done')", "pass")
    assert (agent.ended.cause, agent.ended.detail) == (Cause.GAVE_UP, "it cannot be done")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("self.finish(1)\n1 / 0", "ZeroDivisionError"),
        ("self.finish(float('nan'))", "the number nan, which JSON does not know"),
        ("self.finish({1: 2})", "a key that is no text"),
        ("self.finish({1, 2})", "a set; use"),
        ("self.finish(self)", "a AutonomousLLM; use"),
        ("x = []\nx.append(x)\nself.finish(x)", "more than 24 levels"),
        ("self.finish('x' * 300000)", "may have 262,144 characters"),
        ("self.finish([0] * 10**6)", "more than 262,144 parts"),
        ("raise SystemExit(float('inf'))", "SystemExit: inf"),
        ("import sys\nsys.exit(2)", "This ended the block alone; to end your life"),
        ("exit('the tests failed')", "SystemExit: the tests failed"),
    ],
)
def test_what_is_no_result_is_told_and_ends_nothing(lived: Any, code: str, told: str) -> None:
    _, (first, second) = lived(code, "pass")
    assert first.alive
    assert told in first.error
    assert told in last(second.query)


def test_a_check_sends_back_what_is_not_good(lived: Any) -> None:
    def check(result: Any, files: Any) -> str | None:
        if result == "raise":
            raise KeyError("k")
        return 5 if result == "odd" else None if result == 3 else f"{result} is not 3"  # type: ignore[return-value]

    codes = [f"self.finish({each!r})" for each in (2, "raise", "odd", 3)]
    agent, steps = lived(*codes, check=check)
    assert [step.alive for step in steps] == [True, True, True, False]
    assert "It is not finished: 2 is not 3" in last(steps[1].query)
    assert "the check failed: KeyError" in last(steps[2].query)
    assert "the check returned int" in last(steps[3].query)
    assert agent.result == 3


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def build_query(self):\n    return 1 / 0", "build_query"),
        ("def step(self):\n    raise KeyError(1)", "step"),
        ("def execute_code(self, response):\n    raise KeyError(1)", "execute_code"),
        ("def call_llm(self, query):\n    raise KeyError(1)", "call_llm"),
        ("def run(self):\n    raise KeyError(1)", "run"),
        ("def build_query(self):\n    return [{'role': 'king', 'content': 'x'}]", "build_query"),
        ("self.build_query = 5", "build_query"),
        ("del type(self).step", "step"),
    ],
)
def test_what_worked_is_put_back(lived: Any, code: str, names: str) -> None:
    _agent, steps = lived(code, "print('alive')", "pass")
    assert [step.alive for step in steps] == [True, True, True]
    if "del" not in code:
        told = in_words(steps[2].query)
        assert f"Your new {names} raised this, so what worked before was put back" in told


def test_a_version_that_has_worked_is_what_is_put_back(lived: Any) -> None:
    better = "def status(self):\n    return 'BETTER'"
    _agent, steps = lived(better, "pass", "pass", "def status(self):\n    return 1 / 0", "pass")
    assert last(steps[-1].query).endswith("BETTER")


def test_without_the_net_a_broken_method_is_death(lived: Any) -> None:
    agent, _steps = lived("def build_query(self):\n    return 1 / 0", "pass", net=False)
    assert agent.ended.cause is Cause.CRASHED


def test_it_catches_three_times_between_two_heartbeats_at_most(lived: Any) -> None:
    code = (
        "good = self.build_query\n"
        "def run(self):\n"
        "    self.falls = getattr(self, 'falls', 0) + 1\n"
        "    self.build_query = lambda self: 1 / 0\n"
        "    self.step()\n"
        "def step(self):\n"
        "    self.run = self.again\n"
        "    self.build_query()\n"
    )
    _agent, steps = lived("self.again = lambda self: 1 / 0\n" + code, "pass")
    assert [step.alive for step in steps] == [True, True]
    assert "put back" in in_words(steps[1].query)


def test_wrapping_a_method_works_as_people_write_it(lived: Any) -> None:
    code = "old = self.execute_code\ndef execute_code(self, response):\n"
    code += "    print('>')\n    old(response)"
    _, steps = lived(code, "print('x')", "pass")
    assert steps[1].stdout == ">\nx\n"


def test_definitions_go_back_to_a_checkpoint(lived: Any) -> None:
    _, steps = lived(
        "def f():\n    return 1\nself.checkpoint()",
        "def f():\n    return 2\ndef g():\n    return 3\ndef status(self):\n    return 'odd'",
        "self.restore()\nprint(f())\ntry:\n    g()\nexcept NameError:\n    print('gone')",
        "pass",
    )
    assert steps[2].stdout == "1\ngone\n"
    assert "g" in steps[2].changed
    assert not last(steps[3].query).endswith("odd")


def test_there_is_nothing_to_go_back_to(lived: Any) -> None:
    _, (step,) = lived("self.restore()")
    assert "there is no checkpoint" in step.error


def test_what_one_life_became_is_the_next_ones_start(lived: Any, tmp_path: Path, db: Path) -> None:
    from autoagent.first_genome import first_genome, written_out

    first, _ = lived("def triple(x):\n    return 3 * x", "def status(self):\n    return 'MINE'")
    file = tmp_path / "born.py"
    file.write_text(written_out(first.genome, first_genome("capable")))
    _agent, (step, _) = lived("print(triple(5))", "pass", genome=file)
    assert step.stdout == "15\n"
    assert last(step.query).endswith("MINE")


def test_a_recording_is_lived_by_what_it_was_lived_by(lived: Any, wall: Sandbox, db: Path) -> None:
    agent, _steps = lived("print(1)", "self.finish(2)")
    with AutonomousLLM(f"recorded:{agent.run_id}", sandbox=wall, db=db) as again:
        assert [step.stdout for step in again.run("Count to three")] == ["1\n", ""]
    assert again.result == 2
