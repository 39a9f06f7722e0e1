"""How long it takes to take up a long life: ``python -m benchmarks.durability.resuming``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autoagent import AutonomousLLM, Budget
from autoagent.llm import Recorded

STEPS = 1_000
REPETITIONS = 5


def answers(count: int) -> Recorded:
    """Return answers that tell each other apart, some of them of no use, some with skills."""
    texts = []
    for number in range(count):
        if number % 7 == 3:
            texts.append(f"No code in answer {number}.")
        lines = [f"x{number % 50} = {number}", f"def f{number % 5}():\n    return {number}"]
        lines.append(f"print(f{number % 5}(), x{number % 50})")
        if number % 5 == 1:
            lines.append(f"print(self.use('notes', write='{number}')[-1])")
        texts.append("```python\n" + "\n".join(lines) + "\n```")
    return Recorded.of_texts(texts)


def lived(db: Path, steps: int) -> str:
    """Live a run of so many steps, and return its id."""
    with AutonomousLLM(answers(2 * steps), db=db, skills=["notes"]) as agent:
        for _ in agent.run("Count", budget=Budget(steps=steps)):
            pass
        assert agent.run_id is not None
        return agent.run_id


def main() -> None:
    """Resume a life, some times in turn, and print how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder, "long.db")
        run = lived(db, STEPS)
        command = [sys.executable, "-m", "autoagent", "resume", run, "--llm", f"recorded:{run}"]
        times = []
        for _ in range(REPETITIONS):
            started = time.monotonic()
            more = ["--steps", "1", "--db", str(db)]
            subprocess.run([*command, *more], check=True, capture_output=True)
            times.append(time.monotonic() - started)
    print(f"resuming a life of {STEPS:,} steps: {statistics.median(times):.2f} s, one new included")


if __name__ == "__main__":
    main()
