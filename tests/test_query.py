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


def test_after_success_it_names_what_there_is_and_shows_no_definition(ask: Ask) -> None:
    query = ask("def greet(name, loud=False):\n    print(name)\n\nself.age = 3\ngreet('Ann')")
    head, _, suggestion = query.rpartition("\n\n")
    assert head == (
        "You are the Python object `self`. Your code runs inside you.\n"
        "self.source('step') returns the source of your method step.\n"
        "Your task: Greet people.\n"
        "You have: self.age = 3, greet(name, loud)\n"
        "Your last code, without definitions:\n"
        "```python\nself.age = 3\ngreet('Ann')\n```\n"
        "It printed: Ann"
    )
    assert suggestion.startswith("Now ")


def test_after_an_error_it_tells_the_failing_line(ask: Ask) -> None:
    query = ask("def greet(name):\n    print(name)\n\ngreet()")
    assert "Your last code failed: TypeError" in query
    assert "(line 4: greet())" in query
    assert "```" not in query
    assert query.endswith("Write shorter code without this error.")


def test_suggestions_vary_and_follow_from_the_seed(ask: Ask) -> None:
    code = "def greet(name):\n    print(name)"
    queries = [ask(code, seed=seed) for seed in (*range(8), 0)]
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
        ("nothing = None", "nothing = NoneType"),
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
