"""What stands above and below a run, whatever a stranger's journal says."""

import io
from typing import Any

from rich.console import Console

from autoagent.journal import Event
from autoagent.ui.summary import print_heading, print_totals


def shown(*events: tuple[str, Any]) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=40)
    folded = [Event(number, 1e9, kind, data) for number, (kind, data) in enumerate(events, 1)]
    print_heading(console, "r", "opera", folded[:1])
    print_totals(console, folded)
    return screen.getvalue()


def test_calls_are_counted_over_all_resumes() -> None:
    call = ("call", {"tokens_in": 5, "tokens_out": 2, "cost": 0.5})
    end = ("end", {"spent": {"seconds": 1.5}})
    begun = {"llm": "m", "prompt": "p", "settings": {"calls": 9}}
    told = shown(("run", begun), call, end, ("resume", {}), call, end, ("resume", {}), end)
    assert "budget 9 questions" in told
    assert "in all: 2 questions, 14 tokens, 1 cost, 4.5 seconds, resumed 2 times" in told


def test_it_is_told_how_often_an_answer_was_not_taken() -> None:
    call, repeated = ("call", {}), ("call", {"problem": "repeated"})
    told = shown(("run", {}), repeated, repeated, ("call", {"problem": "no code"}), call)
    assert "not taken at once: 3 answers (2 repeated, 1 no code)\nin all: 4 questions" in told
    assert "not taken" not in shown(("run", {}), call)
    assert "2 seconds" in shown(("run", {}), ("end", {"spent": {"seconds": 2.00884}}))


def test_a_search_shows_the_bounds_that_it_was_last_given() -> None:
    screen = io.StringIO()
    begun = {"activity": "opera", "settings": {"calls": 9}}
    more = begun | {"calls": 12, "budget": {"steps": 4}}
    events = [Event(number, 1e9, "run", each) for number, each in enumerate((begun, more))]
    print_heading(Console(file=screen, width=40), "r", "opera", events)
    assert "budget 4 steps, 12 questions" in screen.getvalue()


def test_a_strangers_record_may_hold_anything() -> None:
    wrong = {"prompt": ["\x1b[2J"], "llm": None, "seed": {}, "budget": {"steps": "x"}}
    told = shown(("run", wrong), ("call", []), ("call", {"tokens_in": "9"}), ("end", {"spent": 1}))
    assert "\x1b" not in told
    assert "in all: 2 questions, 0 tokens, 0 seconds" in told
