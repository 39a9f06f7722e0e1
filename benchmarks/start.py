"""Measure how long `autoagent run` takes to the first model token, from launching the process.

The real command runs on a pseudo-terminal, and the clock stops at the first code on its screen.
Two other fresh processes take turns with it: one goes the same way step by step and says how
long each of them took; one loads bare llama.cpp and gives it the same prompt.

    python -m benchmarks.start
"""

import argparse
import json
import os
import pty
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autoagent.llm import LlamaCpp, load, smollm2_path
from autoagent.llm.framing.prompt import OPENING, messages
from autoagent.walls import open_wall

PROMPT = "Define a function called hello_world"
GOAL = 2.0
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
CODE_IN_FRAME = re.compile(r"│ *[^\s│…\x1b]")

BARE = """\
import sys, time
started, model, prompt, threads = float(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
from llama_cpp import Llama
llama = Llama(model, n_ctx=4096, n_threads=threads, n_threads_batch=threads, verbose=False)
loaded = time.monotonic()
tokens = llama.tokenize(prompt.encode(), add_bos=False, special=True)
next(llama.generate(tokens, temp=0.4))
print(loaded - started, time.monotonic() - started)
"""

STAGES = """\
import json, os, sys, time
started, db, prompt = float(sys.argv[1]), sys.argv[2], sys.argv[3]
stamps = [("interpreter", time.monotonic())]

def stamp(name):
    stamps.append((name, time.monotonic()))

import autoagent.cli
stamp("imports")
from autoagent import AutonomousLLM, Budget
from autoagent.agent import Silent
from autoagent.llm import load
from autoagent.walls import open_wall
from pathlib import Path

model = load("smollm2")
stamp("model load")
wall = open_wall("wasm")
stamp("wall, checked in its cache")

class Stopwatch(Silent):
    def asked(self, step, query, left):
        stamp("journal, worker, first heartbeat")

    def text(self, piece):
        stamp("query evaluated, first token")
        ends = [started, *(at for _, at in stamps)]
        took = {name: at - before for (name, at), before in zip(stamps, ends)}
        print(json.dumps(took), flush=True)
        wall.close()
        os._exit(0)

agent = AutonomousLLM(model, sandbox=wall, db=Path(db), listener=Stopwatch())
list(agent.run(prompt, budget=Budget(steps=1)))
"""


def on_screen(db: Path) -> float:
    """Return the seconds until the real command shows the first code."""
    command = [str(Path(sys.executable).with_name("autoagent")), "run", PROMPT]
    command += ["--steps", "1", "--db", str(db)]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
    started = time.monotonic()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True
    )
    os.close(theirs)
    screen = b""
    while not CODE_IN_FRAME.search(ESCAPE.sub("", screen.decode(errors="ignore"))):
        screen += os.read(ours, 65536)
    spent = time.monotonic() - started
    process.kill()
    process.wait()
    os.close(ours)
    return spent


def child(program: str, *arguments: str) -> str:
    """Run a program in a fresh interpreter that is told when it was launched."""
    command = [sys.executable, "-c", program, str(time.monotonic()), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rendered() -> str:
    """Return the first prompt as SmolLM2's own template has it."""
    turns = [f"<|im_start|>{turn['role']}\n{turn['content']}" for turn in messages(PROMPT)]
    return "<|im_end|>\n".join(turns) + f"<|im_end|>\n<|im_start|>assistant\n{OPENING}"


def warm_caches() -> int:
    """Read every file once and build what is missing; return the threads that a model uses."""
    open_wall("wasm", print).close()
    model = load("smollm2")
    model.close()
    assert isinstance(model, LlamaCpp)
    return model.n_threads


def report(
    screens: list[float], stages: list[dict[str, float]], bare: list[tuple[float, float]]
) -> None:
    """Print the medians."""
    median = statistics.median(screens)
    verdict = "met" if median <= GOAL else "MISSED"
    print(f"autoagent run, first code on the screen  {median:6.2f} s  goal <= {GOAL:g}, {verdict}")
    print(f"  {'the fastest':37}  {min(screens):6.2f} s")
    print("the same without a screen")
    for name in stages[0]:
        print(f"  {name:37}  {statistics.median(each[name] for each in stages):6.2f} s")
    total = statistics.median(sum(each.values()) for each in stages)
    print(f"  {'together':37}  {total:6.2f} s")
    loaded, first = (statistics.median(each) for each in zip(*bare, strict=True))
    print(f"bare llama.cpp, first token              {first:6.2f} s  (loaded after {loaded:.2f} s)")
    print(f"ratio to bare: on the screen {median / first:.2f}, without one {total / first:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    others = os.getloadavg()[0]
    print(f"medians of {rounds} starts on {os.cpu_count()} processors; load before: {others:.1f}")
    threads = str(warm_caches())
    screens: list[float] = []
    stages: list[dict[str, float]] = []
    bare: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            db = Path(folder) / f"{number}.db"
            screens.append(on_screen(db))
            stages.append(json.loads(child(STAGES, str(db), PROMPT)))
            loaded, first = child(BARE, str(smollm2_path()), rendered(), threads).split()
            bare.append((float(loaded), float(first)))
    report(screens[1:], stages[1:], bare[1:])  # the first round warms the caches


if __name__ == "__main__":
    main()
