"""How a step, the end of a run, and one execution look on a terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

from autoagent.death import Cause
from autoagent.llm import TALK
from autoagent.llm.framing.prompt import messages
from autoagent.organism import extract_code
from autoagent.printable import printable
from autoagent.steps import Step
from autoagent.ui.words import counted

_END = {Cause.FINISHED: ("ended", "bold green"), Cause.GAVE_UP: ("ended", "bold yellow")}
"""How the ends look that an organism wished for."""
LONGEST_SHOWN = 2_000


def code_panel(number: int, answer: str, *, note: str = "") -> Panel:
    """Return an answer's code in a frame."""
    body: RenderableType = Text("…", style="dim")
    if answer:
        code = extract_code(answer) or answer
        body = Syntax(_shown(code), "python", theme="ansi_dark", word_wrap=True)
    return Panel(body, title=f"step {number}", title_align="left", subtitle=note or None)


def outcome_lines(fields: dict[str, Any]) -> Group:
    """Return what came of an execution, a line for each thing there is to say."""
    lines: list[Text] = []
    for violation in fields["harm"]:
        lines.append(_line("harm", f"line {violation['line']}: {violation['what']}", "bold red"))
    if fields["stdout"]:
        lines.append(_line("printed", fields["stdout"].rstrip(), "green"))
    if fields["error"]:
        lines.append(_line("error", fields["error"], "red"))
    if fields["changed"]:
        lines.append(_line("changed", ", ".join(fields["changed"]), "cyan"))
    if fields.get("state"):
        lines.append(_line("set", ", ".join(fields["state"]), "cyan"))
    if not fields["alive"]:
        label, style = _END.get(fields["cause"], ("died", "bold red"))
        lines.append(_line(label, fields["cause"], style))
    return Group(*lines)


def print_step(console: Console, step: Step) -> None:
    """Print a complete step: in a frame on a terminal, elsewhere with its lines as they are."""
    note = f"{step.tokens_in}+{step.tokens_out} tokens, {step.ms / 1000:.1f} s"
    if console.is_terminal:
        if step.answered:
            said = Text(_shown(step.answered))
            console.print(Panel(said, title="answered", title_align="left"))
        console.print(code_panel(step.step, step.response, note=note))
    else:
        console.print(Text(f"step {step.step} ({note})"))
        if step.answered:
            console.print(Text(printable(step.answered.rstrip())), soft_wrap=True)
            console.print(Text("what was executed in its place"))
        code = extract_code(step.response) or step.response
        console.print(Text(printable(code.rstrip())), soft_wrap=True)
    console.print(outcome_lines(step.as_dict()), soft_wrap=not console.is_terminal)


def print_query(console: Console, step: Step) -> None:
    """Print what the organism asked."""
    for message in messages(step.query, TALK):
        console.print(Text(f"query {step.step} ({printable(message['role'])})", style="bold"))
        console.print(Text(printable(message["content"])), soft_wrap=True)


def print_end(console: Console, run: str, end: dict[str, Any]) -> None:
    """Print how a run stopped, and what it has brought."""
    if end.get("result") is not None:
        result = json.dumps(end["result"], ensure_ascii=False)
        console.print(_line("result", result, "bold green"), soft_wrap=True)
    spent = end["spent"]
    console.print(
        Text.assemble(
            ("run ", "dim"),
            (printable(run), "bold"),
            (f" stopped: {_shown(end['cause'])}", "bold"),
            f" ({_shown(end['detail'])})" if end["detail"] not in ("", end["cause"]) else "",
            (
                f"  {counted(spent['steps'], 'steps')}, {counted(spent['tokens'], 'tokens')}, "
                f"{spent['seconds']:.1f} s",
                "dim",
            ),
        ),
        soft_wrap=True,
    )


def print_execution(console: Console, result: dict[str, Any], *, refused: bool) -> None:
    """Print what `autoagent exec` found, and whether that was refused before it was executed."""
    console.print(outcome_lines(result))
    fate = "alive" if result["alive"] else "dead"
    if result["fuel"] is not None:
        fate += f", fuel {result['fuel']}"
    elif refused:
        fate += " before it was executed"
    console.print(Text(f"{fate}, {result['wall_ms']:.1f} ms", style="dim"))


def _line(label: str, text: str, style: str) -> Text:
    return Text.assemble((f"{label:>8} ", "dim"), (_shown(text), style))


def _shown(text: str) -> str:
    """Return the beginning of a stranger's text, fit for a terminal."""
    short = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + " […]"
    return printable(short)
