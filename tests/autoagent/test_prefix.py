"""An organism as a text in front of an answer; what is told of it is in test_inspection."""

import ast
from importlib.resources import files

from autoagent.first_genome import first_genome
from autoagent.prefix import BELOW, prefix
from sandbox.parsing import statements

INBORN = first_genome("small").methods


def told(code: str, names: tuple[str, ...] = (), **sources: str) -> str:
    text = prefix(INBORN, INBORN | sources, names, code)
    assert statements(text) is not None, text
    return text


def test_what_is_told_of_the_world_below_is_what_it_offers() -> None:
    """Names and parameters; what the functions return depends on the life."""
    text = files("autoagent.organism").joinpath("primitives.py").read_text()
    body = ast.parse(text).body
    (offer,) = [
        each.value
        for each in body
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and ast.unparse(each.value.func) == "world.offer"
    ]
    offered = {keyword.arg for keyword in offer.keywords if keyword.arg != "extract_code"}
    below = ast.parse(BELOW).body

    def parameters(tree: list[ast.stmt]) -> dict[str, str]:
        found = [node for each in tree for node in ast.walk(each)]
        return {
            node.name: ast.unparse(node.args).replace("_Any", "Any")
            for node in found
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__get")
        }

    real, here = parameters(body), parameters(below)
    own = {each.name for each in below if isinstance(each, ast.FunctionDef)} - {"extract_code"}
    assert own == offered
    assert {name: real[name] for name in here if name != "extract_code"} == {
        name: each for name, each in here.items() if name != "extract_code"
    }


def test_methods_are_in_the_class_and_functions_beside_it() -> None:
    text = told("", grow="def grow(self, n):\n    self.size = n\n", f="def f(x):\n    return x\n")
    inside, outside = text.split("self: AutonomousLLM")
    assert "    def grow(self, n):" in inside
    assert "    size: _Any = None" in inside
    assert "\ndef f(x):" in outside
    assert "\ngrow: _Any" in outside
    assert "\nstep: _Any" not in outside


def test_names_of_strangers_make_no_other_text() -> None:
    text = told("", ("x", "class", "a b", "x = 1\nimport os", "self", "_Any", "é"))
    assert "os" not in [word for line in text.splitlines() for word in line.split()]
    assert "\nx: _Any = None\n" in text
    assert "é: _Any = None" in text


def test_a_source_that_is_no_definition_is_a_name() -> None:
    ruined = told("", f="lambda x: x", g="def other(): ...", h="def h(:", k="")
    for name in "fghk":
        assert f"\n{name}: _Any = None\n" in ruined


def test_what_an_answer_binds_may_be_old_or_new() -> None:
    text = told("def f(x, y): ...\ndef step(self): ...\n", f="def f(x): ...\n")
    assert "def f(" not in text
    assert "def step(" not in text
    assert "    step: _Any = None" in text


def test_a_statement_about_the_future_comes_first() -> None:
    assert told("from __future__ import annotations\n").startswith("from __future__ import ann")
