"""Draw what people see: docs/run.svg and docs/translate.svg, with ``python docs/picture.py``."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

from autoagent import AutonomousLLM, Budget
from autoagent.ui.live import LiveView

HERE = Path(__file__).parent
WIDTH = 98
PROMPT = "Define a function called hello_world"
PROGRAM = "examples/translate/parity"


def run(console: Console) -> str:
    """Live one life, as `make run` does."""
    view = LiveView(console)
    with tempfile.TemporaryDirectory() as folder:
        agent = AutonomousLLM(db=Path(folder) / "journal.db", listener=view)
        with agent:
            for _ in agent.run(PROMPT, budget=Budget(steps=6)):
                pass
            assert agent.ended is not None
            view.ended(agent.run_id or "", agent.ended)
    return f'autoagent run "{PROMPT}" --steps 6'


def translate(console: Console) -> str:
    """Translate a program, and show it before and after."""
    program = HERE.parent / PROGRAM
    source, out = program.with_suffix(".js"), f"{program.name}.c"
    console.print(Syntax(source.read_text(), "javascript", background_color="default"))
    words = ["translate", str(source), "--inputs", str(program), "-o", out]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "autoagent", *words, "--db", "journal.db"],
            cwd=folder,
            env=os.environ | {"COLUMNS": str(WIDTH)},
            capture_output=True,
            check=True,
        )
        console.print((done.stderr + done.stdout).decode(), markup=False, highlight=False)
        found = (Path(folder) / out).read_text()
    console.print(Syntax(found, "c", background_color="default"))
    return f"autoagent {' '.join(words)}".replace(f"{HERE.parent}/", "")


def main() -> None:
    """Save each picture, or those that are named."""
    for draw in (run, translate):
        if sys.argv[1:] and draw.__name__ not in sys.argv[1:]:
            continue
        console = Console(record=True, file=io.StringIO(), width=WIDTH, color_system="truecolor")
        title = draw(console)
        console.save_svg(str(HERE / f"{draw.__name__}.svg"), title=title)


if __name__ == "__main__":
    main()
