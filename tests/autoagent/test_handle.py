"""The handle on a life as people use it: plain functions, no `with`, beside other work."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause, Stop
from autoagent.llm import LLMUnreachable, Query, Recorded
from autoagent.skills import Function, SkillContext, SkillError, load_skills
from sandbox.session import Sandbox


def texts(*codes: str) -> Recorded:
    return Recorded.of_texts([f"```python\n{code}\n```" for code in codes])


def double(number: int, times: int = 1) -> int:
    """Double a number, once or more often.

    Not told.
    """
    return number * 2**times


def test_a_run_goes_on_in_the_process_that_lived_it(wall: Sandbox, db: Path) -> None:
    one = AutonomousLLM(texts("x = 1", "x += 1", "print(x)"), sandbox=wall, db=str(db))
    list(one.run("Count", budget=Budget(steps=1)))
    again = AutonomousLLM.resume(
        one.run_id or "", llm=texts("x = 1", "x += 5", "print(x)"), sandbox=wall, db=db
    )
    steps = list(again.run(budget=Budget(steps=2)))
    assert [step.stdout for step in steps] == ["", "6\n"]


def test_an_agent_runs_again(wall: Sandbox, db: Path) -> None:
    one = AutonomousLLM(texts("x = 1", "x += 1", "print(x)"), sandbox=wall, db=db)
    assert len(list(one.run("Count", budget=Budget(steps=2)))) == 2
    (step,) = one.run(budget=Budget(steps=1))
    assert (step.step, step.stdout) == (3, "2\n")


def test_an_agent_has_one_prompt(wall: Sandbox, db: Path) -> None:
    one = AutonomousLLM(texts("x = 1"), sandbox=wall, db=db)
    steps = one.run("Count", budget=Budget(steps=1))
    next(steps)
    with pytest.raises(ValueError, match="this agent is living"):
        one.run("Count")
    list(steps)
    with pytest.raises(ValueError, match="has a life already"):
        one.run("Count")


def test_the_dead_stay_dead(wall: Sandbox, db: Path) -> None:
    one = AutonomousLLM(texts("self.finish(7)"), sandbox=wall, db=db)
    list(one.run("Count"))
    assert list(one.run()) == []
    assert (one.ended and one.ended.cause, one.result) == (Cause.FINISHED, 7)


def test_it_says_what_it_is(wall: Sandbox, db: Path) -> None:
    one = AutonomousLLM(texts("x = 1"), sandbox=wall, db=db)
    assert repr(one) == "<AutonomousLLM, not begun, with recorded>"
    list(one.run("Count", budget=Budget(steps=1)))
    assert repr(one) == f"<AutonomousLLM run {one.run_id}, budget after 1 steps>"


def test_plain_functions_are_skills(wall: Sandbox, db: Path) -> None:
    llm = texts(
        "print(self.use('double', number=4))",
        "print(self.use('double', number=4, times=2))",
        "self.use('double', wrong=1)",
    )
    one = AutonomousLLM(llm, sandbox=wall, db=db, skills=[double])
    steps = list(one.run("Double", budget=Budget(steps=3)))
    assert [step.stdout for step in steps] == ["8\n", "16\n", ""]
    assert "missing a required argument: 'number'" in steps[2].error
    assert "self.use('double', number=..., times=...): Double a number" in str(steps[0].query)
    assert "Not told" not in str(steps[0].query)


def test_a_skill_needs_a_name() -> None:
    with pytest.raises(ValueError, match="has no name to be called by as a skill"):
        load_skills([lambda: 1])


def test_a_function_as_a_skill_says_what_it_takes() -> None:
    context = SkillContext(now=0, born=0, steps=0, seed=0, history=())
    with pytest.raises(SkillError, match=r"double\(number: .*\): too many|unexpected"):
        Function(double).call({"number": 1, "other": 2}, context)


def test_plain_functions_are_models(wall: Sandbox, db: Path) -> None:
    asked: list[Query] = []

    def model(query: Query) -> str:
        asked.append(query)
        return "```python\nself.finish('done')\n```"

    one = AutonomousLLM(model, sandbox=wall, db=db)
    list(one.run("Be done"))
    assert one.result == "done"
    assert isinstance(asked[0], list)


@pytest.mark.parametrize(("answer", "told"), [(None, "returned a NoneType"), (1 / 1, "a float")])
def test_a_function_that_answers_nothing_suspends(
    wall: Sandbox, db: Path, answer: Any, told: str
) -> None:
    one = AutonomousLLM(lambda query: answer, sandbox=wall, db=db)
    list(one.run("Be done"))
    assert one.ended is not None
    assert one.ended.cause is Stop.UNREACHABLE
    assert told in one.ended.detail


def test_several_agents_live_in_one_event_loop(wall: Sandbox, tmp_path: Path) -> None:
    async def live(name: str) -> list[str]:
        llm = texts(f"print('{name}')", f"self.finish('{name}')")
        agent = AutonomousLLM(llm, sandbox=wall, db=tmp_path / f"{name}.db")
        said = [step.stdout async for step in agent.arun("Say your name")]
        return [*said, agent.result]

    async def all_of_them() -> list[list[str]]:
        return await asyncio.gather(*map(live, "abc"))

    assert asyncio.run(all_of_them()) == [[f"{name}\n", "", name] for name in "abc"]


def test_whoever_cancels_suspends(wall: Sandbox, db: Path) -> None:
    asked = threading.Event()

    def slow(query: Query) -> str:
        asked.set()
        time.sleep(0.2)
        return "```python\nx = 1\n```"

    agent = AutonomousLLM(slow, sandbox=wall, db=db)

    async def live() -> None:
        async for _ in agent.arun("Live on"):
            pass

    async def cancelled() -> None:
        task = asyncio.create_task(live())
        await asyncio.to_thread(asked.wait, 240)
        await asyncio.sleep(0.5)  # some steps
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert agent.ended is not None
    assert agent.ended.cause is Stop.PAUSED
    assert len(list(agent.run(budget=Budget(steps=1)))) == 1


def test_ctrl_c_does_not_wait_for_a_silent_server(db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        command = ["run", "Do", "--llm", "openai:m", "--base-url", url, "--db", str(db)]
        process = subprocess.Popen(
            [sys.executable, "-m", "autoagent", *command, "--timeout", "200"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            server.settimeout(240)
            connection, _ = server.accept()
            connection.recv(10)
            process.send_signal(signal.SIGINT)
            stdout, _ = process.communicate(timeout=240)
            connection.close()
        finally:
            process.kill()
            process.wait()
    assert "stopped: paused (interrupted)" in stdout
    assert process.returncode == 0


def test_an_answer_that_broke_off_is_paid_for(wall: Sandbox, db: Path) -> None:
    class Breaking:
        name = "breaking"

        def complete(self, query: Query, **_: Any) -> Any:
            error = LLMUnreachable("it broke off")
            error.tokens, error.cost = 40, 0.5
            raise error

        def close(self) -> None: ...

    one = AutonomousLLM(Breaking(), sandbox=wall, db=db)
    list(one.run("Count"))
    assert (one.spent.tokens, one.spent.cost) == (40, 0.5)
