"""Draw docs/run.svg, the run that `make run` shows, with ``python docs/picture.py``."""

import io
import tempfile
from pathlib import Path

from rich.console import Console

from autoagent import AutonomousLLM, Budget
from autoagent.ui.live import LiveView

PROMPT = "Define a function called hello_world"


def main() -> None:
    """Live one life, and save what a person would see of it."""
    console = Console(record=True, file=io.StringIO(), width=86, color_system="truecolor")
    view = LiveView(console)
    with tempfile.TemporaryDirectory() as folder:
        agent = AutonomousLLM(db=Path(folder) / "journal.db", listener=view)
        with agent:
            for _ in agent.run(PROMPT, budget=Budget(steps=6)):
                pass
            assert agent.ended is not None
            view.ended(agent.run_id or "", agent.ended)
    file = Path(__file__).with_name("run.svg")
    console.save_svg(str(file), title=f'autoagent run "{PROMPT}" --steps 6')


if __name__ == "__main__":
    main()
