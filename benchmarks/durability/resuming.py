"""What survives when the host is killed: `python -m benchmarks.durability`.

A program that lives a run of recorded answers is killed with SIGKILL at a random moment, again
and again; each time the run is resumed by a new program. After each kill the journal must open,
whole, with every step that had been reported; in the end the run must equal one that was never
interrupted. Then a life of 1,000 steps is resumed, to see how long that takes.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
from rich.progress import Progress

from autoagent import AutonomousLLM, Budget
from autoagent.journal import Journal
from autoagent.llm import Recorded
from autoagent.walls import open_wall

UNEQUAL = ("now", "ms", "spent")
STEPS = 150
MOST_WAITED = 0.4
"""Seconds after a program has begun to live within which it is killed."""
PATIENCE = 5.0

Story = list[tuple[str, dict[str, Any]]]


def answers(count: int) -> Recorded:
    """Answers that tell each other apart, some of them of no use, some with skills."""
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


def live(db: Path, recording: str, run: str, steps: int) -> None:
    """Live or resume a run, telling of each step that is complete, as a program of its own."""
    if run:
        agent = AutonomousLLM.resume(run, db=db)
        done = len(steps_of(db, run))
    else:
        agent = AutonomousLLM(f"recorded:{recording}", db=db, skills=["notes"])
        done = 0
    living = agent.run("" if run else "Count", budget=Budget(steps=max(1, steps - done)))
    print(agent.run_id, flush=True)
    for step in living:
        print(step.step, flush=True)
    agent.close()


def steps_of(db: Path, run: str) -> list[int]:
    with closing(Journal(db, read_only=True)) as journal:
        return [event.data["step"] for event in journal.events(run, "outcome")]


def story(db: Path, run: str) -> Story:
    with closing(Journal(db, read_only=True)) as journal:
        return [
            (event.kind, {name: v for name, v in event.data.items() if name not in UNEQUAL})
            for event in journal.events(run)
            if event.kind not in ("run", "resume", "end")
        ]


class Killed:
    """One program that was killed, and what it had said."""

    def __init__(self, db: Path, recording: str, run: str, chance: random.Random) -> None:
        command = [sys.executable, "-m", "benchmarks.durability", "--child", str(db), recording]
        program = subprocess.Popen([*command, run], stdout=subprocess.PIPE, text=True)
        assert program.stdout is not None
        self.run = program.stdout.readline().strip()
        time.sleep(chance.uniform(0, MOST_WAITED))
        children = psutil.Process(program.pid).children()
        self.in_time = program.poll() is None
        program.kill()
        self.told = [int(line) for line in program.stdout.read().splitlines()]
        program.wait()
        self.orphans = sum(outlives(child) for child in children)


def outlives(child: psutil.Process) -> bool:
    """Tell whether a process goes on though its host is dead; one that nobody reaped does not."""
    deadline = time.monotonic() + PATIENCE
    try:
        while child.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return True
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        pass
    return False


def torture(db: Path, kills: int, chance: random.Random) -> dict[str, int]:
    """Kill programs until there were `kills`; return what went wrong, counted."""
    recording = record(db, STEPS)
    whole = uninterrupted(db, recording)
    counts = dict.fromkeys(("lost", "duplicated", "unreadable", "orphans", "different"), 0)
    completed, run = 0, ""
    with Progress() as progress:
        task = progress.add_task("killing", total=kills)
        while not progress.finished:
            killed = Killed(db, recording, run, chance)
            lived = judged(db, killed, whole, counts)
            if killed.in_time:
                run = killed.run
                progress.advance(task)
            else:  # it had come to its end already
                counts["lost"] += lived != whole
                completed, run = completed + 1, ""
    return counts | {"completed": completed}


def judged(db: Path, killed: Killed, whole: Story, counts: dict[str, int]) -> Story:
    """Count what is wrong with the journal after a kill, and return the life that is in it."""
    counts["orphans"] += killed.orphans
    with sqlite3.connect(db) as connection:
        (check,) = connection.execute("PRAGMA integrity_check").fetchone()
    counts["unreadable"] += check != "ok"
    steps, lived = steps_of(db, killed.run), story(db, killed.run)
    counts["lost"] += bool(set(killed.told) - set(steps))
    counts["duplicated"] += steps != list(range(1, len(steps) + 1))
    counts["different"] += lived != whole[: len(lived)]
    return lived


def record(db: Path, steps: int) -> str:
    """Live the run whose answers all others repeat, and return its id."""
    with AutonomousLLM(answers(2 * steps), db=db, skills=["notes"]) as agent:
        for _ in agent.run("Count", budget=Budget(steps=steps)):
            pass
        assert agent.run_id is not None
        return agent.run_id


def uninterrupted(db: Path, recording: str) -> Story:
    with AutonomousLLM(f"recorded:{recording}", db=db, skills=["notes"]) as agent:
        assert len(list(agent.run("Count", budget=Budget(steps=STEPS)))) == STEPS
        assert agent.run_id is not None
        return story(db, agent.run_id)


def time_to_resume(db: Path, steps: int, repetitions: int = 5) -> list[float]:
    """Return seconds from the start of `autoagent resume` to the end of its first new step."""
    run = record(db, steps)
    command = [sys.executable, "-m", "autoagent", "resume", run, "--llm", f"recorded:{run}"]
    times = []
    for _ in range(repetitions):
        started = time.monotonic()
        subprocess.run([*command, "--steps", "1", "--db", str(db)], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    return times


def main() -> None:
    """Run the benchmark, or the program that it kills."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", nargs=3, metavar=("DB", "RECORDING", "RUN"))
    options = parser.parse_args()
    if options.child:
        db, recording, run = options.child
        live(Path(db), recording, run, STEPS)
        return
    open_wall("wasm", print).close()
    with tempfile.TemporaryDirectory() as folder:
        counts = torture(Path(folder) / "kills.db", options.kills, random.Random(options.seed))
        completed = counts.pop("completed")
        print(f"{options.kills} kills; {completed} runs came to their end between them")
        for what, count in counts.items():
            print(f"{what:>12} {count}")
        times = time_to_resume(Path(folder) / "long.db", 1_000)
    print(
        f"resuming a life of 1,000 steps: {statistics.median(times):.2f} s, one new step included"
    )
    if any(counts.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
