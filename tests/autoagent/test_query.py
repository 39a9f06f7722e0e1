"""What an organism asks its model, behind the real wall."""

from collections.abc import Callable, Iterator

import pytest

from autoagent.life import Heartbeat, Life
from sandbox.session import Sandbox

Ask = Callable[..., str]


@pytest.fixture
def ask(wall: Sandbox) -> Iterator[Ask]:
    """Begin a life, give it answers, return its last query."""
    lives: list[Life] = []

    def run(*answers: str, seed: int = 0) -> str:
        life = Life(wall, seed=seed)
        lives.append(life)
        event = life.begin("Greet people.")
        for answer in answers:
            event = life.answer(f"```python\n{answer}\n```")
        assert isinstance(event, Heartbeat)
        return event.query

    yield run
    for life in lives:
        life.close()


def test_the_first_query_is_the_prompt(ask: Ask) -> None:
    assert ask() == "Greet people."


HEAD = (
    "You are the Python object `self`. Your code runs inside you.\n"
    "self.source('step') returns the source of your method step.\n"
)


def test_what_was_just_defined_shall_be_called(ask: Ask) -> None:
    query = ask("def greet(name, loud=False):\n    print(name)\n\nself.age = 3\ngreet('Ann')")
    assert query == (
        f"{HEAD}"
        "Your task was: Greet people.\n"
        "A part of it is done.\n"
        "You have: self.age = 3, greet(name, loud)\n"
        "It printed: Ann\n\n"
        "Now run this line:\n"
        "```python\nprint(greet('name', 'loud'))\n```"
    )


def test_after_other_code_it_is_shown_and_something_suggested(ask: Ask) -> None:
    query = ask("self.age = 3\nprint('old')")
    head, _, suggestion = query.rpartition("\n\n")
    assert head == (
        f"{HEAD}"
        "Your task: Greet people.\n"
        "You have: self.age = 3\n"
        "It printed: old\n"
        "Your last code:\n"
        "```python\nself.age = 3\nprint('old')\n```"
    )
    assert suggestion.startswith("Now ")


def test_after_an_error_it_tells_the_failing_line(ask: Ask) -> None:
    query = ask("def greet(name):\n    print(name)\n\ngreet()")
    assert "Your last code failed: TypeError" in query
    assert "(line 4: greet())" in query
    assert "```" not in query
    assert query.endswith("Write shorter code without this error.")


def test_suggestions_vary_and_follow_from_the_seed(ask: Ask) -> None:
    codes = ["def greet(name):\n    print(name)", "greet('Ann')"]
    queries = [ask(*codes, seed=seed) for seed in (*range(8), 0)]
    assert len(set(queries)) > 2
    assert queries[0] == queries[-1]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("def hello(self, name): pass", "self.hello(name)"),
        ("class Cube:\n    def __init__(self, side): pass", "Cube(side)"),
        ("class Empty: pass", "Empty()"),
        ("self.double = lambda x: 2 * x", "self.double(x)"),
        ("words = ['a']", "words = list"),
        ("text = 'x' * 10 ** 6", "text = 'xxx"),
        ("number = 10 ** 6000", "number = int"),
        ("nothing = None", "nothing = None"),
        ("class Bad:\n    def __repr__(self): return 1 / 0\nbad = Bad()", "bad = Bad"),
    ],
)
def test_each_kind_of_thing_is_named(ask: Ask, code: str, named: str) -> None:
    query = ask(code)
    assert f"You have: {named}" in query
    assert len(query) < 600


def test_only_the_newest_of_many_are_named(ask: Ask) -> None:
    query = ask("\n".join(f"def f{i}(): pass" for i in range(20)))
    assert "You have: f14(), f15(), f16(), f17(), f18(), f19()\n" in query
