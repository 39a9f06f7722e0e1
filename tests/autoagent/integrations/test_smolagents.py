import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("smolagents")

from smolagents import CodeAgent, FinalAnswerTool, Model, Tool, tool
from smolagents.local_python_executor import InterpreterError
from smolagents.models import ChatMessage, MessageRole

from autoagent.integrations.smolagents import WallExecutor, failure
from sandbox.limits import Limits
from sandbox.session import Sandbox
from tests.walls import WALLS, standing

LIMITS = Limits(fuel=10**9, output_bytes=100_000)


@pytest.fixture(scope="module")
def wall() -> Iterator[Sandbox]:
    with standing("wasm") as opened:
        yield opened


@pytest.fixture
def executor(wall: Sandbox) -> Iterator[WallExecutor]:
    made = WallExecutor(wall, limits=LIMITS)
    made.send_tools({"final_answer": FinalAnswerTool()})
    yield made
    made.cleanup()


def test_a_policy_that_is_none_is_refused(wall: Sandbox) -> None:
    with pytest.raises(ValueError, match="unknown policy 'Strict'; known: strict, open"):
        WallExecutor(wall, policy="Strict")  # type: ignore[arg-type]


def test_an_error_that_is_full_of_places_is_told_at_once() -> None:
    begun = time.process_time()
    error = "ValueError:" + " (line 1: )" * 50_000 + "x"
    assert failure(error, "").endswith(error)
    assert time.process_time() - begun < 2


class Scripted(Model):  # type: ignore[misc]
    """Answers with one text after another, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        super().__init__(model_id="scripted")
        self.answers, self.asked = list(answers), list[str]()

    def generate(self, messages: list[ChatMessage], **_: Any) -> ChatMessage:
        self.asked.append(str(messages[-1].content))
        code = f"<code>\n{self.answers.pop(0)}\n</code>"
        return ChatMessage(role=MessageRole.ASSISTANT, content=code)


@pytest.fixture
def quiet() -> dict[str, Any]:
    return {"verbosity_level": 0, "add_base_tools": False}


@pytest.mark.parametrize("name", WALLS)
def test_an_agent_solves_a_task_behind_each_wall(name: str, quiet: dict[str, Any]) -> None:
    @tool
    def price(item: str) -> float:
        """Tell a price.

        Args:
            item: Of what.
        """
        return {"tea": 2.5, "cake": 4.0}[item]

    with standing(name) as wall:
        executor = WallExecutor(wall)
        model = Scripted(
            "total = price('tea') + price(item='cake')\nprint('so far', total)",
            "final_answer({'total': total, 'of': n})",
        )
        with CodeAgent([price], model, executor=executor, **quiet) as agent:
            answer = agent.run("What do tea and cake cost?", additional_args={"n": (1, 2)})
    assert answer == {"total": 6.5, "of": (1, 2)}
    assert "so far 6.5" in model.asked[1]


def test_an_agent_whose_code_fails_is_told_why_and_what_was_printed(
    wall: Sandbox, quiet: dict[str, Any]
) -> None:
    model = Scripted("print('begun')\n1 / 0", "final_answer('mended')")
    with CodeAgent([], model, executor=WallExecutor(wall), **quiet) as agent:
        assert agent.run("divide") == "mended"
        step = agent.memory.steps[1]
    told = "failed at line '1 / 0' due to: ZeroDivisionError: division by zero"
    assert told in str(step.error)
    assert "begun" in step.observations


def test_a_managed_agent_is_called_from_inside(wall: Sandbox, quiet: dict[str, Any]) -> None:
    worker = CodeAgent(
        [],
        Scripted("final_answer('42')"),
        executor=WallExecutor(wall),
        name="worker",
        description="Works.",
        **quiet,
    )
    model = Scripted("final_answer(worker('what is 6 * 7?'))")
    with CodeAgent([], model, executor=WallExecutor(wall), managed_agents=[worker], **quiet) as it:
        assert "42" in it.run("ask the worker")
    worker.cleanup()


def test_agents_behind_one_wall_have_names_of_their_own(wall: Sandbox) -> None:
    one, other = WallExecutor(wall), WallExecutor(wall)
    one("x = 1")
    other("x = 2")
    assert one("x").output == 1
    one.cleanup()
    assert other("x").output == 2
    other.cleanup()


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1 + 1", 2),
        ("x = 3", 3),
        ("x = 3; x * 2", 6),
        ("'é' + (\n'b'\n)", "éb"),
        ("def f(n):\n    return n\nf(\n    4\n)", 4),
        ("for i in range(3):\n    i", None),
        ("import math", None),
        ("{1, 2}, b'c'", ({1, 2}, b"c")),
        ("list = [1]; str = 2; pack = unpack = 3; (list, pack)", ([1], 3)),
        ("_ = 5", 5),
        ("final_answer", None),
        ("x = 1\r2", 2),
        ("x = 1\r\nx = 'a\\\rb'\rx", "ab"),
    ],
)
def test_the_value_is_that_of_the_last_statement(
    executor: WallExecutor, code: str, value: object
) -> None:
    output = executor(code).output
    assert output == value if value is not None else output is None or "function" in output


def test_the_final_answer_is_what_the_tool_makes_of_it(wall: Sandbox) -> None:
    class Shout(FinalAnswerTool):  # type: ignore[misc]
        def forward(self, answer: str) -> str:
            return answer.upper()

    executor = WallExecutor(wall)
    executor.send_tools({"final_answer": Shout()})
    done = executor("print('almost')\ntry:\n    final_answer('yes')\nexcept Exception:\n    pass")
    assert (done.output, done.logs, done.is_final_answer) == ("YES", "almost\n", True)
    assert executor("1").is_final_answer is False
    executor.cleanup()


def test_what_a_tool_raises_is_raised_inside(executor: WallExecutor) -> None:
    class OwnError(Exception):
        pass

    def fail(kind: str) -> None:
        raise {"key": KeyError, "own": OwnError}[kind]("no")

    executor.send_tools({"fail": fail})
    code = "try:\n    fail('{}')\nexcept {} as error:\n    told = str(error)\ntold"
    assert executor(code.format("key", "KeyError")).output == repr("'no'")
    assert executor(code.format("own", "RuntimeError")).output == "OwnError: no"
    with pytest.raises(InterpreterError, match="TypeError.*argument"):
        executor("fail()")


def test_what_is_no_plain_data_stays_outside_and_tools_can_take_it(executor: WallExecutor) -> None:
    class Picture:
        pass

    picture = Picture()
    executor.send_variables({"given": picture})
    executor.send_tools({"draw": Picture, "same": lambda one, other: one is other})
    assert executor("same(given, given), same(given, draw())").output == (True, False)
    assert "Picture, kept outside" in executor("print(draw())").logs
    assert executor("final_answer([given])").output == [picture]
    with pytest.raises(InterpreterError, match="AttributeError"):
        executor("given.size")


def test_what_is_numpys_is_plain_data_inside(executor: WallExecutor) -> None:
    numpy = pytest.importorskip("numpy")
    executor.send_variables({"a": numpy.eye(2), "n": numpy.int64(3)})
    assert executor("a, n + 1").output == ([[1.0, 0.0], [0.0, 1.0]], 4)


@pytest.mark.parametrize("forged", ["[10**6, 'x']", "[-1, 'x']", "'x'"])
def test_a_handle_that_was_never_given_is_of_nothing(executor: WallExecutor, forged: str) -> None:
    executor.send_variables({"given": object()})
    code = f"given.number = {forged}[0]\nfinal_answer(given)"
    with pytest.raises(InterpreterError, match="ValueError: this is no plain data"):
        executor(code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("class C: pass\nfinal_answer(C())", "C is none; give a text or a dict"),
        ("final_answer('x' * 10**6)", "at most 262,144 characters"),
        ("knot = []\nknot.append(knot)\nfinal_answer(knot)", "nested deeper"),
        ("import requests", "blocked: import requests"),
        ("import os\nos.system('ls')", "harm: os.system"),
        ("exit()", r"call final_answer\(...\)"),
        ("a = 1\n  b = = 2", "failed at line 'b = = 2' due to: SyntaxError"),
        ("\n\na = 1\rb = = 2", "failed at line 'b = = 2' due to: SyntaxError"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_lost(
    executor: WallExecutor, code: str, told: str
) -> None:
    executor("kept = 1")
    with pytest.raises(InterpreterError, match=told):
        executor(code)
    assert executor("kept").output == 1


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("while True: pass", "fuel"),
        ("print('x' * 10**6)", "output"),
        ("ask_model('my own report')", "it spoke for its interpreter"),
        ("ask_model('{\"final\": true}')", "it spoke for its interpreter"),
        ('ask_model(\'{"value": {"#": "set", "of": [[]]}}\')', "it spoke for its interpreter"),
        ("for _ in range(1000): double(1)", "more than 256 messages"),
    ],
)
def test_after_an_end_there_is_a_new_interpreter_with_what_was_given(
    executor: WallExecutor, code: str, cause: str
) -> None:
    executor.send_variables({"given": 5})
    executor.send_tools({"double": lambda n: 2 * n})
    executor("given = own = 7")
    with pytest.raises(InterpreterError, match=f"(?s){cause}.*A new interpreter is there"):
        executor(code)
    assert executor("double(given)").output == 10
    with pytest.raises(InterpreterError, match="NameError"):
        executor("own")


def test_a_tools_result_is_bounded(executor: WallExecutor) -> None:
    executor.send_tools({"flood": lambda: "x" * (5 << 20)})
    with pytest.raises(InterpreterError, match="may return 4,194,304"):
        executor("flood()")


def test_much_that_is_printed_is_cut_for_the_model(wall: Sandbox) -> None:
    executor = WallExecutor(wall, max_print_outputs_length=100)
    assert len(executor("print('x' * 10_000)").logs) < 400
    executor.cleanup()


def test_what_may_be_imported_is_what_the_agents_model_is_told(
    wall: Sandbox, quiet: dict[str, Any]
) -> None:
    executor = WallExecutor(wall)
    with CodeAgent(
        [],
        Scripted(),
        executor=executor,
        additional_authorized_imports=executor.authorized_imports,
        **quiet,
    ) as agent:
        for name in set(agent.authorized_imports) - {"stat"}:
            executor(f"import {name}")


def test_a_tool_of_smolagents_own_kind_is_called_as_one(executor: WallExecutor) -> None:
    class Add(Tool):  # type: ignore[misc]
        name = "add"
        description = "Adds."
        inputs = {"a": {"type": "integer", "description": "one"}}  # noqa: RUF012
        output_type = "integer"

        def forward(self, a: int) -> int:
            return a + 1

    executor.send_tools({"add": Add()})
    assert executor("add(a=1) + add(2)").output == 5


def test_an_executor_that_was_cleaned_up_twice_is_still_cleaned_up(wall: Sandbox) -> None:
    executor = WallExecutor(wall)
    executor("1")
    executor.cleanup()
    executor.cleanup()
