"""The live view of a run: code as it streams, then what came of it."""

from __future__ import annotations

from rich.console import Console
from rich.live import Live
from rich.progress import Progress, TaskID
from rich.text import Text

from autoagent.asker import Call
from autoagent.ended import Ended
from autoagent.llm import Query
from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.report import code_panel, print_end, print_step
from autoagent.ui.words import counted

PROBLEMS = {
    "no code": "an answer without code was not taken at once",
    "repeated": "an answer with the same code as before was not taken at once",
    "edits": "edits that cannot be applied were not taken at once",
    "findings": "an answer that analyzers object to was not taken at once",
}
"""Why a model is asked again, in words for people."""


class LiveView:
    """Shows a run on a terminal; on anything else, each step once it is complete.

    Args:
        console: Where to.
        streaming: Whether to redraw code as it comes; not while a person types on that terminal.
    """

    def __init__(self, console: Console, *, streaming: bool = True) -> None:
        self._console = console
        self._streaming = streaming and console.is_terminal
        self._live: Live | None = None
        self._bar: Progress | None = None
        self._step = 0
        self._answer = ""
        self._read = ""
        self._left = ""

    def preparing(self, line: str) -> None:
        """Say what is slow."""
        self._console.print(Text(printable(line), style="dim"))

    def rebuilt(self, step: int, steps: int) -> None:
        """Move the bar on."""
        if not self._console.is_terminal:
            return
        if self._bar is None:
            self._bar = Progress(console=self._console, transient=True)
            self._bar.add_task("rebuilding", total=steps)
            self._bar.start()
        self._bar.update(TaskID(0), completed=step)
        if step >= steps:
            self.close()

    def asked(self, step: int, query: Query, left: dict[str, float]) -> None:
        """Open the step's frame."""
        self._step, self._answer, self._read = step, "", ""
        self._left = ", ".join(f"{value:.6g} {name} left" for name, value in left.items())
        if self._streaming:
            self._live = Live(console=self._console, transient=True, refresh_per_second=8)
            self._live.start()
            self._show()

    def reading(self, tokens: int, of: int) -> None:
        """Show how far the model has read."""
        self._read = f"{tokens:,} of {of:,} tokens read" if tokens < of else ""
        self._show()

    def text(self, piece: str) -> None:
        """Show a piece of the answer."""
        self._answer += piece
        self._show()

    def attempted(self, call: Call) -> None:
        """Say when an answer was not taken."""
        if call.completion.shortened:
            self._console.print(Text("the query was cut in the middle to fit", style="dim"))
        if call.completion.finish == "length":
            length = counted(call.completion.tokens_out, "tokens")
            bound = "--max-tokens, or what the budget left"
            self._console.print(Text(f"the answer was cut after {length} ({bound})", style="dim"))
        if call.problem:
            told = PROBLEMS.get(call.problem, f"not taken at once: {call.problem}")
            self._console.print(Text(printable(told), style="dim"))
            self._answer = ""

    def stepped(self, step: Step) -> None:
        """Close the frame and show the outcome."""
        self.close()
        print_step(self._console, step)

    def ended(self, run: str, ended: Ended) -> None:
        """Say how the run stopped."""
        self.close()
        print_end(self._console, run, ended.as_dict())

    def _show(self) -> None:
        if self._live is not None:
            note = ", ".join(filter(None, [self._read, self._left]))
            self._live.update(code_panel(self._step, self._answer, note=note))

    def close(self) -> None:
        """Take down what moves."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self._live is not None:
            self._live.stop()
            self._live = None
