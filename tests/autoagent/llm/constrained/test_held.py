"""Models that are held to Python, through llama.cpp and in torch."""

import sys

import pytest

pytest.importorskip("llguidance")

from autoagent.llm import PROSE, Constrainable, Frame, LlamaCpp, LLMError, load
from autoagent.llm.framing.fence import FENCE
from autoagent.llm.framing.frame import PYTHON, PYTHON_FENCE
from tests.autoagent.llm.constrained.test_grammar import reads

ADD = "Write a function that adds two numbers."
OPENED = ["print(", "x = 'abc", "def f(a,\n      ", "DATA = {\n    'a': [1, 2,", "x = 1"]


def completing(code: str) -> Frame:
    return Frame(system="", opening=PYTHON_FENCE + code, closing=FENCE)


@pytest.fixture(scope="module")
def held(smollm2: LlamaCpp) -> LlamaCpp:
    return smollm2.constrained()


def test_it_is_the_same_model_by_another_name(held: LlamaCpp, smollm2: LlamaCpp) -> None:
    assert isinstance(smollm2, Constrainable)
    assert held.name == "constrained:smollm2"
    assert smollm2.name == "smollm2"
    for frame in (PYTHON, PROSE):  # a calm model says nothing that would be masked
        asked = {"seed": 1, "temperature": 0.0, "max_tokens": 40, "frame": frame}
        one, other = (each.complete(ADD, **asked) for each in (held, smollm2))  # type: ignore[arg-type]
        assert one.text == other.text


@pytest.mark.parametrize("code", OPENED)
def test_a_completion_closes_what_its_prefix_has_open(held: LlamaCpp, code: str) -> None:
    answer = held.complete(ADD, seed=1, temperature=2.0, max_tokens=24, frame=completing(code))
    written = answer.text.removeprefix(PYTHON_FENCE)
    program = written.removesuffix(FENCE) if answer.finish == "stop" else written
    said, ends = reads(program)
    assert said == len(program.encode())
    assert ends or answer.finish == "length"


def test_code_that_is_no_python_already_is_held_to_nothing(
    held: LlamaCpp, smollm2: LlamaCpp
) -> None:
    for code in ("x = 1)\n", "x = '\n", "`x`"):
        asked = {"seed": 1, "temperature": 1.0, "max_tokens": 4, "frame": completing(code)}
        one, other = (each.complete(ADD, **asked) for each in (held, smollm2))  # type: ignore[arg-type]
        assert one.text == other.text


def test_a_model_that_cannot_be_constrained_is_told() -> None:
    with pytest.raises(LLMError, match="openai:m cannot be constrained: .* use smollm2"):
        load("constrained:openai:m", api_key="none")
    with pytest.raises(LLMError, match="unknown model 'nobody'"):
        load("constrained:nobody")
    with pytest.raises(LLMError, match="unknown model 'constrained'"):
        load("constrained")


def test_without_llguidance_it_says_how_to_install_it(
    smollm2: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llguidance", None)
    with pytest.raises(LLMError, match=r"needs the package llguidance.*pip install"):
        smollm2.constrained()
