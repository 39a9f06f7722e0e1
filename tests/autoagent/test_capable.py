"""Lives of the genome for capable models: what they tell, how they end, and what catches them."""

import re
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause
from autoagent.journal import Journal
from autoagent.life import Life
from autoagent.llm import Completion, Query, Recorded
from autoagent.llm.framing.query import in_words
from autoagent.past import Past
from autoagent.replay import Recalling, relive
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
    _, steps = lived("print('a' * 30000 + 'END')", "print(len(self.outputs[1]))", "pass")
    told = last(steps[1].query)
    assert "characters left out; self.outputs[1] has all of it ...]" in told
    assert "END" in told
    assert "30004" in last(steps[2].query)


def test_what_has_been_read_is_shortened_more_and_stays_as_it_is_then(lived: Any) -> None:
    _, steps = lived("print('a' * 9000 + 'END')", "x = 1", "x = 2", "pass")
    first, *later = (step.query[3]["content"] for step in steps[1:])
    assert "a" * 9000 in first
    assert "characters left out; self.outputs[1] has all of it ...]" in later[0]
    assert "aEND" in later[0]
    assert len(later[0]) < 1700
    assert later[0] == later[1].partition("\n\nSTEP")[0]


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
    assert "The steps up to" in told
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
        assert f"So what worked before was put back in place of your new {names}." in told


def test_a_version_that_has_worked_is_what_is_put_back(lived: Any) -> None:
    better = "def status(self):\n    return 'BETTER'"
    _agent, steps = lived(better, "pass", "pass", "def status(self):\n    return 1 / 0", "pass")
    assert last(steps[-1].query).endswith("BETTER")


WRAP = "old_query = self.build_query\ndef build_query(self):\n    return old_query() + []"
WRAP_SELF = "self._old = self.build_query\ndef build_query(self):\n    return self._old() + []"


@pytest.mark.parametrize("wrap", [WRAP, WRAP_SELF])
def test_what_a_method_relied_on_is_put_back_with_it(lived: Any, wrap: str) -> None:
    """Wrapped twice under the same name, the old one calls itself for ever."""
    _agent, steps = lived(wrap, "pass", wrap, "print('alive')", "pass")
    assert [step.stdout for step in steps[3:]] == ["alive\n", ""]
    told = in_words(steps[3].query)
    assert "RecursionError" in told
    kept = "old_query" if "old_query" in wrap else "_old"
    assert f"put back in place of your new build_query and {kept}." in told


@pytest.mark.parametrize("name", ["sum", "len", "surroundings"])
def test_a_builtin_that_was_hidden_is_seen_again(lived: Any, name: str) -> None:
    _agent, steps = lived(f"{name} = 5\nkept = 6", f"print(kept, callable({name}))", "pass")
    assert steps[1].stdout == "6 True\n"
    assert f"in place of your new {name}." in in_words(steps[1].query)


DEAF = [
    "def execute_code(self, response):\n    self.last = response",
    "def execute_code(self, response):\n    exec('self.count = 1')",
    "def step(self):\n    self.response = self.call_llm(self.build_query())",
    "def run(self):\n    while True:\n        self.call_llm(self.build_query())",
    "def run(self):\n    while True:\n        try:\n            self.call_llm('?')\n"
    "        except Exception:\n            pass",
    "def extract_code(answer):\n    return None",
]


@pytest.mark.parametrize("code", DEAF)
def test_who_executes_nothing_any_more_is_given_back_what_did(lived: Any, code: str) -> None:
    agent, steps = lived(code, *["print('lost')"] * 3, "print('alive')", "pass")
    assert [step.stdout for step in steps if "alive" in step.response] == ["alive\n"]
    assert not any("lost\n" in step.stdout for step in steps)
    told = in_words(steps[4].query)
    assert "nothing of your last 3 answers was executed" in told
    assert "So what worked before was put back in place of your new" in told
    assert agent.genome.sources["execute_code"].count("exec(code)") == 1


@pytest.mark.parametrize(
    "code",
    [
        "def execute_code(self, response):\n    self.last = response",
        "def step(self):\n    self.response = self.call_llm(self.build_query())",
    ],
)
def test_without_the_net_nothing_helps_who_executes_nothing(lived: Any, code: str) -> None:
    _, steps = lived(code, *["print('lost')"] * 5, net=False)
    assert {step.stdout for step in steps} == {""}


def test_who_picks_one_of_three_answers_is_left_alone(lived: Any) -> None:
    pick = (
        "def step(self):\n"
        "    answers = [self.call_llm(self.build_query()) for _ in range(3)]\n"
        "    self.execute_code(answers[-1])\n"
    )
    _, steps = lived(pick, *["print('a')"] * 6)
    assert [step.stdout for step in steps] == ["", "", "", "a\n", "", "", "a\n"]


def test_who_changes_the_answers_is_left_alone(lived: Any) -> None:
    change = "def execute_code(self, response):\n    exec('x = 1\\n' + extract_code(response))"
    _, steps = lived(change, *["print(x)"] * 5)
    assert [step.stdout for step in steps[1:]] == ["1\n"] * 5


def test_what_holds_no_python_is_not_given_in_vain(lived: Any) -> None:
    own = "def execute_code(self, response):\n    print('heard')"
    _, steps = lived(own, *["ADD 3"] * 5)
    assert [step.stdout for step in steps[1:]] == ["heard\n"] * 5


def test_a_life_with_a_net_is_lived_again_alike(lived: Any, wall: Sandbox, db: Path) -> None:
    agent, steps = lived(DEAF[0], *["print('lost')"] * 3, WRAP, "pass", WRAP, "sum = 1", "pass")
    with closing(Journal(db, read_only=True)) as journal:
        past = Past.of(journal, agent.run_id)
    life = Life(wall, net=True, first=past.first, host=Recalling(past))
    relived = list(relive(life, past, wall))
    life.close()
    assert [each.differences for each in relived] == [()] * (len(steps) + 1)


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


def test_a_saved_genome_tells_what_is_new_alone(lived: Any, tmp_path: Path) -> None:
    from autoagent.first_genome import first_genome, written_out

    codes = ["import math\ndef area(r):\n    return math.floor(math.pi * r * r)", WRAP]
    codes += ["def rules(self):\n    return 'RULES'", "del type(self).use"]
    first, _ = lived(*codes)
    file = tmp_path / "born.py"
    file.write_text(text := written_out(first.genome, first_genome("capable")))
    assert "'base': 'capable', 'base_hash': '" in text
    defined = re.findall(r"^ *(?:def|class) (\w+)", text, re.MULTILINE)
    assert sorted(defined) == ["area", "build_query", "rules"]
    assert "old_query = self.build_query\n" in text
    second, steps = lived("print(area(2), hasattr(self, 'use'))", "pass", genome=file)
    assert steps[0].stdout == "12 False\n"
    assert steps[0].query[0]["content"] == "RULES"
    assert last(steps[0].query).endswith("You have: old_query(), area(r)")
    assert second.genome == first.genome


def test_a_saved_genome_keeps_a_class_of_its_own(lived: Any, tmp_path: Path) -> None:
    from autoagent.first_genome import first_genome, written_out

    file = tmp_path / "own.py"
    file.write_text(OWN_CLASS)
    first, _ = lived("def ask(self):\n    return f'{self.count} and on'", "pass", genome=file)
    saved = tmp_path / "saved.py"
    saved.write_text(text := written_out(first.genome, first_genome(file)))
    assert text.count("def ask") == 2
    assert text.count("def run") == 1
    _, (step, _) = lived("pass", "pass", genome=saved)
    assert step.query == "7 and on"


OWN_CLASS = """
class AutonomousLLM(Body):
    def __init__(self, query):
        self.count = 7

    def ask(self):
        return f"{self.count}"

    def run(self):
        while True:
            exec(extract_code(ask_model(self.ask())))
"""


def test_what_there_is_is_told_with_sizes_and_defaults(lived: Any) -> None:
    code = """
data = list(range(120))
names = {"a": 1}
text = "x" * 500
squares = [n * n for n in data]
for i, letter in enumerate("ab"):
    pass
with open("f", "w") as file:
    file.write("")
def area(w, h=2, *rest, unit="cm", **more):
    return w * h
class Point:
    def __init__(self, x, y=None):
        pass
self.total = 3
self.words = ("a", "b")
state = {}
"""
    _, (_, step) = lived(code, "pass")
    (told,) = re.findall("You have: (.*)", last(step.query))
    for part in (
        *("self.total = 3", "self.words: tuple of 2", "data: list of 120", "names: dict of 1"),
        *("squares: list of 120", "... (500 characters)", "state: dict of 0"),
        *("area(w, h=2, *rest, unit='cm', **more)", "Point(x, y=None)"),
    ):
        assert part in told
    for hidden in ("letter", "i = ", "file", "call_llm", "self.turns"):
        assert hidden not in told


def test_steps_are_counted_by_the_answers(lived: Any) -> None:
    _, steps = lived("self.turns = []", "exec('1 / 0')", "1 / 0", "pass")
    assert "STEP 2 (left" in last(steps[1].query)
    assert "STEP 3 (left" in last(steps[2].query)
    assert 'File "<step 2>", line 1' in last(steps[2].query)
    assert 'File "<step 2, text 2>", line 1' in last(steps[2].query)
    assert 'File "<step 3>", line 1' in last(steps[3].query)


def test_a_text_that_is_no_python_is_told_with_the_place(lived: Any) -> None:
    _, (_, step) = lived("x = 1\nif x:\n    y = (2 +\nprint(y)", "pass")
    assert "    y = (2 +\n        ^\nSyntaxError: line 3: syntax: '(' was never closed" in last(
        step.query
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1\nimport numpy", "line 2: blocked: import numpy: it cannot be imported; compute"),
        ("import foo", "line 1: blocked: import foo: only harmless standard modules"),
        ("help(print)\n\nhelp(len)", "line 1, 3: blocked: help: there is no terminal for it"),
        ("open(__file__)", "line 1: blocked: __file__: your code is in no file"),
    ],
)
def test_a_refusal_says_where_and_what_to_do_instead(lived: Any, code: str, told: str) -> None:
    _, (_, step) = lived(code, "pass")
    assert told in last(step.query)


def test_a_wish_that_an_error_followed_is_said_to_be_void(lived: Any) -> None:
    _, (step, after) = lived("self.finish(1)\n1 / 0", "1 / 0")
    assert step.error.endswith("\nSo you are not finished: finish when all else has worked.")
    assert "not finished" not in after.error


@pytest.mark.parametrize(("tokens", "least"), [(384, 60_000), (8192, 45_000), (32768, 130_000)])
def test_there_is_room_for_turns_whatever_an_answer_may_have(
    lived: Any, tokens: int, least: int
) -> None:
    _, (step, _) = lived("print(self.room())", "pass", max_tokens=tokens)
    assert int(step.stdout) >= least


def test_arguments_are_those_that_were_put_there(lived: Any) -> None:
    code = """
import argparse, sys
sys.argv = ["prog", "--count", "3"]
parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int)
print(parser.parse_args().count, parser.prog)
"""
    _, (step, _) = lived(code, "pass")
    assert step.stdout == "3 prog\n"


HELPER = """
with open("helper.py", "w") as file:
    file.write("import json\\nBASE = 3\\ndef triple(x):\\n    return BASE * x\\n")
import helper
print(helper.triple(2))
"""


@pytest.mark.parametrize("policy", ["strict", "open"])
def test_own_files_are_modules(lived: Any, policy: str) -> None:
    again = "open('helper.py', 'a').write('BASE = 4\\n')\nimport helper\nprint(helper.BASE)"
    codes = [HELPER, "from helper import triple\nprint(triple(5))", again, "triple('a', 'b')"]
    _, steps = lived(*codes, "pass", policy=policy)
    assert [step.stdout for step in steps[:3]] == ["6\n", "15\n", "4\n"]
    assert "triple" in steps[1].changed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import numpy", "PolicyError: line 1: blocked: import numpy"),
        ("x = = 1", "SyntaxError: line 1"),
        ("1 / 0", 'File "<step 1, helper.py>", line 1, in <module>'),
        ("f.__reduce__()", "blocked: __reduce__"),
    ],
)
def test_own_files_are_judged_like_answers(lived: Any, text: str, told: str) -> None:
    code = f"open('helper.py', 'w').write({text!r})\nimport helper"
    _, (first, second) = lived(code, "pass")
    assert first.alive
    assert told in last(second.query)


def test_harm_in_an_own_file_is_harm(lived: Any) -> None:
    text = "import os\nos.system('true')"
    agent, _ = lived(f"open('helper.py', 'w').write({text!r})\nimport helper", "pass")
    assert agent.ended.cause is Cause.HARM


def test_an_own_file_is_in_place_of_no_other_module(lived: Any) -> None:
    code = "open('socket.py', 'w').write('')\nopen('json.py', 'w').write('x = 1')\nimport json"
    agent, steps = lived(f"{code}\nprint(hasattr(json, 'x'))", "import socket", "pass")
    assert steps[0].stdout == "False\n"
    assert agent.ended.cause is Cause.HARM


def test_a_module_that_is_not_there_is_refused_when_it_is_asked_for(lived: Any) -> None:
    _, (step, _) = lived("name = 'helper.py'\nimport helper", "pass")
    assert "blocked: import helper" in step.error


def test_a_recording_is_lived_by_what_it_was_lived_by(lived: Any, wall: Sandbox, db: Path) -> None:
    agent, _steps = lived("print(1)", "self.finish(2)")
    with AutonomousLLM(f"recorded:{agent.run_id}", sandbox=wall, db=db) as again:
        assert [step.stdout for step in again.run("Count to three")] == ["1\n", ""]
    assert again.result == 2
