"""The live view: what stands on a terminal while a step is lived."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from autoagent.asker import Call
from autoagent.llm import Completion
from autoagent.ui.live import LiveView


def test_it_shows_how_far_the_model_has_read() -> None:
    screen = io.StringIO()
    view = LiveView(Console(file=screen, force_terminal=True, no_color=True, width=80))
    view.asked(1, "query", {"steps": 2})
    view.reading(512, 3000)
    view.close()
    assert "512 of 3,000 tokens read, 2 steps left" in screen.getvalue()


def test_once_all_is_read_the_answer_comes() -> None:
    screen = io.StringIO()
    view = LiveView(Console(file=screen, force_terminal=True, no_color=True, width=80))
    view.asked(1, "query", {})
    view.reading(3000, 3000)
    view.text("```python\nprint(1)\n```")
    view.close()
    assert "print(1)" in screen.getvalue()
    assert "tokens read" not in screen.getvalue()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("repeated", "an answer with the same code as before was not taken at once"),
        ("what another version says", "not taken at once: what another version says"),
    ],
)
def test_it_says_why_a_model_is_asked_again_and_where_an_answer_was_cut(
    problem: str, words: str
) -> None:
    screen = io.StringIO()
    view = LiveView(Console(file=screen, width=100))
    completion = Completion(text="x", tokens_in=9, tokens_out=384, finish="length", model="m")
    call = Call(completion=completion, key="life.1", digest="", seed=0, temperature=0.3)
    view.attempted(replace(call, problem=problem))
    cut = "the answer was cut after 384 tokens (--max-tokens, or what the budget left)"
    assert screen.getvalue().splitlines() == [cut, words]
