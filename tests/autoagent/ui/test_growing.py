import io

from rich.console import Console

from autoagent.ui.growing import GrowingTable


def shown(*, terminal: bool) -> str:
    """Return what three rows look like, of which a terminal shows two."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, no_color=True, width=60)
    table = GrowingTable(
        console, ("number", "said"), below=lambda: "below", words={"said"}, shown=2
    )
    table.open()
    for row in (("1", "[one]"), ("2", "two"), ("3", "three")):
        table.add(row)
    table.close()
    return screen.getvalue()


def test_what_is_no_terminal_gets_a_line_for_each_row() -> None:
    assert shown(terminal=False).splitlines() == [
        "number  said",
        "     1  [one]",
        "     2   two",
        "     3  three",
    ]


def test_a_terminal_keeps_the_last_rows_and_nothing_below_them() -> None:
    last = shown(terminal=True).split("number")[-1]
    assert "[one]" not in last
    assert "3 │ three" in last
    assert "2 │ two " in last
    assert "below" not in last
