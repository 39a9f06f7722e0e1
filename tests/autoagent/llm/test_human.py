import io

import pytest

from autoagent.llm import PROSE, Completion, Human, LLMUnreachable, code_frame
from autoagent.organism.extract import extract_code


def ask(typed: str, screen: io.StringIO | None = None) -> Completion:
    model = Human(source=io.StringIO(typed), screen=screen or io.StringIO())
    return model.complete("What now?", seed=0, temperature=0, max_tokens=1)


def test_code_is_read_until_a_single_dot() -> None:
    screen = io.StringIO()
    completion = ask("x = 1\ny\n.\nz = 3\n", screen)
    assert extract_code(completion.text) == "x = 1\ny"
    assert "What now?" in screen.getvalue()


def test_the_end_of_the_input_ends_the_code() -> None:
    assert extract_code(ask("x = 1").text) == "x = 1"


def test_a_fence_that_the_person_types_is_kept() -> None:
    assert ask("```python\nx\n```\n.\n").text == "```python\nx\n```"


def test_what_is_typed_gets_the_fences_of_its_frame() -> None:
    screen = io.StringIO()
    model = Human(source=io.StringIO("main(){}\n.\nbecause\n.\n"), screen=screen)
    options = {"seed": 0, "temperature": 0, "max_tokens": 1}
    assert model.complete("?", frame=code_frame("C", "c"), **options).text == "```c\nmain(){}\n```"
    assert "You write C code." in screen.getvalue()
    assert model.complete("Why?", frame=PROSE, **options).text == "because"


def test_a_dot_alone_is_an_answer_without_code() -> None:
    assert extract_code(ask(".\n").text) is None


def test_an_input_that_ends_at_once_cannot_be_asked() -> None:
    with pytest.raises(LLMUnreachable, match="input ended"):
        ask("\n")


def test_a_query_cannot_command_the_terminal() -> None:
    screen = io.StringIO()
    Human(source=io.StringIO(".\n"), screen=screen).complete(
        "now\x1b[2J\ud800", seed=0, temperature=0, max_tokens=1
    )
    assert "now\\x1b[2J\\ud800" in screen.getvalue()


def test_a_closed_input_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(LLMUnreachable, match="input ended"):
        Human(screen=io.StringIO()).complete("q", seed=0, temperature=0, max_tokens=1)
