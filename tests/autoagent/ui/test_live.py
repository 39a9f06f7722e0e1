"""The live view: what stands on a terminal while a step is lived."""

import io

from rich.console import Console

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
