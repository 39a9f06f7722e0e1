import io
from pathlib import Path

import pytest
from rich.console import Console

from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.approve import ask_approval
from autoagent.ui.report import print_end, print_execution, print_step

ATTACK = "\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b2J\r\u202e\ud800\x7f"
SHOWN = "\\x1b]52;c;cHduZWQ=\\x07\\x1b[2J\\x9b2J\\r\\u202e\\ud800\\x7f"


@pytest.fixture
def screen() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def console(screen: io.BytesIO) -> Console:
    """A terminal, as wide and as strict about UTF-8 as one."""
    file = io.TextIOWrapper(screen, encoding="utf-8", write_through=True)
    return Console(file=file, force_terminal=True, no_color=True, width=200)


def harmless(shown: bytes) -> str:
    """Return what was shown, once rich's own styles are gone and nothing else was obeyed."""
    text = shown.decode()
    for style in ("\x1b[0m", "\x1b[1m", "\x1b[2m"):
        text = text.replace(style, "")
    for obeyed in (*ATTACK[:1], "\x07", "\x9b", "\r", "\u202e", "\x7f"):
        assert obeyed not in text
    return text


def test_what_a_terminal_would_obey_becomes_visible() -> None:
    assert printable(ATTACK) == SHOWN
    assert printable("a\tb\n[/ä]…") == "a\tb\n[/ä]…"


def test_a_step_cannot_command_the_terminal(console: Console, screen: io.BytesIO) -> None:
    harm = [{"kind": "harm", "what": ATTACK, "line": 1}]
    texts = {"response": ATTACK, "stdout": ATTACK, "error": ATTACK, "changed": [ATTACK]}
    print_step(console, Step(run="r", step=1, query="q", harm=harm, **texts, state=[ATTACK]))  # type: ignore[arg-type]
    assert harmless(screen.getvalue()).count(SHOWN) == 6


def test_an_end_cannot_command_the_terminal(console: Console, screen: io.BytesIO) -> None:
    spent = {"steps": 1, "tokens": 2, "seconds": 3.0}
    print_end(console, "r", {"cause": "crashed", "detail": ATTACK, "spent": spent})
    assert SHOWN in harmless(screen.getvalue())


def test_an_execution_cannot_command_the_terminal(console: Console, screen: io.BytesIO) -> None:
    result = {"harm": [], "stdout": ATTACK, "error": "", "changed": [], "alive": True}
    print_execution(console, {**result, "fuel": 1, "wall_ms": 1.0}, refused=False)
    assert SHOWN in harmless(screen.getvalue())


def test_code_to_approve_cannot_command_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert ask_approval(f"```python\nx = '{ATTACK[:8]}'\n```") is None
    assert "x = '\\x1b]52;c;c'" in capsys.readouterr().err


def test_half_characters_survive_the_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setattr("sys.stdin", io.StringIO("e\ny\n"))
    assert ask_approval("x = '\ud800'") == "```python\nx = '\\ud800'\n```"


def test_all_that_may_be_executed_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An organism may have changed what it executes of an answer."""
    for answer in (
        "beside()\n```python\nx = 1\n```",
        "```evil\nevil()\n```\n```python\nx = 1\n```",
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        assert ask_approval(answer) == answer
        assert answer in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ask_approval("```python\nx = 1\n```\n")
    assert "```" not in capsys.readouterr().err, "code alone is shown as code"


@pytest.mark.parametrize("editor", ["no-such-editor", "false", "'"])
def test_what_no_editor_has_changed_is_asked_for_again(
    editor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    monkeypatch.setattr("sys.stdin", io.StringIO("e\nn\n"))
    assert ask_approval("x = 1") is None
    assert "nothing was edited" in capsys.readouterr().err


def test_what_was_edited_is_shown_and_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", "sed -i s/1/22/")
    for typed, answer in (("e\nn\n", None), ("e\ny\n", "```python\nx = 22\n```")):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert ask_approval("x = 1") == answer
        assert "x = 22\n" in capsys.readouterr().err
