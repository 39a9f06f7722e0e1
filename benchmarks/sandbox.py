"""Measure the WebAssembly wall: how fast lives start, answer and compute, and what one weighs.

All sides take turns in one run, and each figure is a median. Beside the organism stand plain
CPython in a bare child process, which isolates nothing but a crash, and smolagents'
LocalPythonExecutor, which isolates by interpreting the syntax tree.

    python -m benchmarks.sandbox
"""

import argparse
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from smolagents.local_python_executor import LocalPythonExecutor

from autoagent import AutonomousLLM, Budget
from autoagent.host import Idle
from autoagent.journal import Data, Journal
from autoagent.life import Heartbeat, Life
from autoagent.llm import Recorded
from autoagent.organism import guest
from autoagent.walls import WallOptions, open_wall
from sandbox.session import Sandbox
from sandbox.wasm import SHARING, WasmSandbox

PROMPT = "Define a function called hello_world"
LOOP = """\
def loop(self, n):
    s = 0
    for i in range(n):
        s += i
    return s
"""
CLASS = f"class Loop:\n{textwrap.indent(LOOP, '    ')}\nit = Loop()\n"
CHILD = f"""\
import time
exec({CLASS!r})
started = time.perf_counter()
exec("it.loop({{n}})")
print(time.perf_counter() - started)
"""
ITERATIONS = 1_000_000
ITERATIONS_OF_SMOLAGENTS = 20_000  # it stops at ten million operations
LIVES = 32
REPEATED = dict.fromkeys(("answer", "journalled", "step", "fsync", "smolagents"), 10)
"""Sides that are so quick that each round takes several of them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result.

    Attributes:
        name: What is measured.
        value: The median.
        unit: What it counts.
        goal: What it should be, if anything.
        more: Whether more is better.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    more: bool = False

    def __str__(self) -> str:
        text = f"{self.name:58} {self.value:9.3f} {self.unit:4}"
        if self.goal is None:
            return text.rstrip()
        met = self.value >= self.goal if self.more else self.value <= self.goal
        sign = ">=" if self.more else "<="
        ratio = self.value / self.goal
        return f"{text} goal {sign} {self.goal:g}, {ratio:.2f} of it, {'met' if met else 'MISSED'}"


def milliseconds(action: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


class Answers:
    """A life that is given `x = 1`, `x = 2` and so on, without a journal."""

    def __init__(self, wall: Sandbox) -> None:
        self.life = Life(wall)
        self.life.begin(PROMPT)
        self._numbers = itertools.count(1)

    def __call__(self) -> float:
        """Time the next answer."""
        text = f"x = {next(self._numbers)}"
        return milliseconds(lambda: self.step(text))

    def step(self, text: str) -> None:
        """Answer, and see that it lives on."""
        event = self.life.answer(text)
        assert isinstance(event, Heartbeat), event


class FilesWritten(Answers):
    """The same, but each answer writes a file, which is told with the heartbeat."""

    def __init__(self, wall: Sandbox, size: int) -> None:
        super().__init__(wall)
        self._size = size

    def __call__(self) -> float:
        """Time the next answer."""
        size = self._size
        return milliseconds(lambda: self.step(f"with open('f', 'w') as f: f.write('x' * {size})"))


class Writing(Idle):
    """A host that writes down what enters."""

    def __init__(self, write: Callable[[tuple[str, Data]], None]) -> None:
        super().__init__()
        self._write = write

    def record(self, kind: str, data: Data) -> None:
        """Write it down."""
        self._write((kind, data))


class JournalledAnswers(Answers):
    """The same with everything written that a real run writes from answer to heartbeat."""

    def __init__(self, wall: Sandbox, db: Path) -> None:
        super().__init__(wall)
        self.life.close()
        journal = Journal(db)
        run = journal.begin({"prompt": PROMPT})
        self._write: Callable[..., None] = lambda *events: journal.append(run, events)
        self.life = Life(wall, host=Writing(self._write))
        self.life.begin(PROMPT)

    def step(self, text: str) -> None:
        """Answer, and write down the outcome and the next query."""
        event = self.life.answer(text)
        assert isinstance(event, Heartbeat), event
        data = event.as_dict() | {"step": self.life.steps, "ms": 0.0}
        heartbeat = {"step": self.life.steps + 1, "query": event.query}
        self._write(("outcome", data), ("heartbeat", heartbeat))


def real_steps(wall: Sandbox, db: Path) -> Callable[[], float]:
    """Return the timing of one whole step of a real run with recorded answers."""
    texts = (f"x = {number}" for number in itertools.count(1))
    agent = AutonomousLLM(Recorded.of_texts(texts), sandbox=wall, db=db)
    steps = agent.run(PROMPT, budget=Budget(steps=10**9))

    def timed() -> float:
        started = time.perf_counter()
        step = next(steps)
        spent = 1000 * (time.perf_counter() - started)
        assert step.alive, step
        return spent

    return timed


def synced_write(file: Path) -> Callable[[], float]:
    """Return the timing of 4 KiB more on this disk, which bounds each journalled transaction."""
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def write() -> None:
        os.write(descriptor, bytes(4096))
        os.fsync(descriptor)

    return lambda: milliseconds(write)


def new_life(wall: Sandbox) -> float:
    """Time a life from nothing to its first heartbeat, behind a wall that had one already."""
    life = Life(wall)
    spent = milliseconds(lambda: life.begin(PROMPT))
    life.close()
    return spent


def first_lives(number: int) -> float:
    """Time a life behind a new wall: with the first, what all workers are copied from starts.

    With the second, a worker starts; from then on there is one ready.
    """
    wall = WasmSandbox(guest())
    spent = [new_life(wall) for _ in range(number)]
    wall.close()
    return spent[-1]


def life_with_files(wall: Sandbox) -> float:
    """Time the same with a thousand files of a kilobyte in its folder."""
    life = Life(wall, files={f"data/{number}": bytes(1024) for number in range(1000)})
    spent = milliseconds(lambda: life.begin(PROMPT))
    life.close()
    return spent


def isolated_ours(wall: Sandbox) -> float:
    """Time `x = 1` in a new life of its own."""
    life = Life(wall)

    def live() -> None:
        life.begin(PROMPT)
        assert isinstance(life.answer("x = 1"), Heartbeat)

    spent = milliseconds(live)
    life.close()
    return spent


def isolated_child() -> float:
    """Time `x = 1` in a child process of its own."""
    command = [sys.executable, "-I", "-c", "exec('x = 1')"]
    return milliseconds(lambda: subprocess.run(command, check=True))


def executor() -> LocalPythonExecutor:
    """Return a fresh executor of smolagents."""
    made = LocalPythonExecutor([])
    made.send_tools({})
    return made


def isolated_smolagents() -> float:
    """Time `x = 1` in an executor of its own, inside this process."""
    return milliseconds(lambda: executor()("x = 1"))


def speed(run: Callable[[str], object], call: str, iterations: int) -> float:
    """Return million iterations a second, without what an empty loop costs."""
    empty = milliseconds(lambda: run(f"{call}(0)"))
    full = milliseconds(lambda: run(f"{call}({iterations})"))
    return iterations / (full - empty) / 1000


def child_speed() -> float:
    """Return million iterations a second of plain CPython, by the child's own clock."""
    command = [sys.executable, "-I", "-c", CHILD.format(n=ITERATIONS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return ITERATIONS / float(done.stdout) / 1e6


def taking_turns(sides: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return each side's median; each round begins with another side."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for round_ in range(rounds):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            found[name] += [sides[name]() for _ in range(REPEATED.get(name, 1))]
    return {name: statistics.median(values) for name, values in found.items()}


def megabytes(processes: list[int], kind: str) -> float:
    """Sum up the memory of processes: ``Rss``, or ``Pss`` to split what is shared."""
    found = 0
    for process in processes:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        found += int(re.findall(rf"^{kind}:\s+(\d+)", text, re.MULTILINE)[0])
    return found / 1024


def lives(wall: Sandbox, count: int) -> Iterator[Life]:
    """Yield lives that have answered once and go on."""
    for _ in range(count):
        life = Life(wall)
        life.begin(PROMPT)
        life.answer("x = 1")
        yield life


def memory() -> Iterator[Figure]:
    """Measure what live organisms weigh, in one worker and in as many as usual."""
    wall = WasmSandbox(guest(), lives_per_worker=LIVES + 1)
    kept = list(lives(wall, 1))
    before = {kind: megabytes(wall.workers(), kind) for kind in ("Pss", "Rss")}
    kept += lives(wall, LIVES)
    for kind, was in before.items():
        growth = (megabytes(wall.workers(), kind) - was) / LIVES
        yield Figure(f"memory of an extra life ({kind}, over {LIVES})", growth, "MB", 10)
    wall.close()
    wall = WasmSandbox(guest())
    kept = list(lives(wall, LIVES))
    for kind in before:
        each = megabytes(wall.workers(), kind) / LIVES
        yield Figure(f"memory of a worker for one life ({kind}, of {LIVES})", each, "MB")
    wall.close()
    wall = WasmSandbox(guest(), lives_per_worker=SHARING)
    kept = list(lives(wall, LIVES))
    share = megabytes(wall.workers(), "Pss") / len(kept)
    workers = len(wall.workers())
    yield Figure(f"all of {workers} workers' memory (Pss), per life of {LIVES}", share, "MB")
    wall.close()


def figures(found: dict[str, float]) -> Iterator[Figure]:
    """Name the medians, with their goals."""
    yield Figure("new life to first heartbeat, shared warm worker", found["life"], "ms", 6)
    yield Figure("the same in a worker of its own, one kept ready", found["own"], "ms", 6)
    yield Figure("the same where none is ready", found["second"], "ms")
    yield Figure("the same, the first behind its wall", found["first"], "ms")
    yield Figure("answer `x = 1` to next heartbeat, no journal", found["answer"], "ms", 1)
    yield Figure("a new life that is given 1,000 files of 1 KiB", found["life with files"], "ms")
    yield Figure("an answer that writes a file of 1 KB", found["small file"], "ms")
    yield Figure("an answer that writes a file of 1 MB", found["large file"], "ms")
    yield Figure("answer `x = 1` with the journal written", found["journalled"], "ms", 2)
    yield Figure("a whole step of a real run, recorded answer", found["step"], "ms")
    yield Figure("bare write and fsync of 4 KiB on the same disk", found["fsync"], "ms")
    yield Figure("loop in a method, strict policy, fuel on", found["loop"], "M/s", 3, more=True)
    yield Figure("the same in a bare child process", found["child loop"], "M/s")
    yield Figure("the same in smolagents' executor", found["smolagents loop"], "M/s")
    ratio = found["loop"] / found["smolagents loop"]
    yield Figure("our loop speed over smolagents'", ratio, "x", 24, more=True)
    yield Figure("our loop speed over bare", found["loop"] / found["child loop"], "x")
    yield Figure("`x = 1` in a new life", found["ours"], "ms")
    yield Figure("`x = 1` in a new child process", found["child"], "ms")
    yield Figure("`x = 1` in a new smolagents executor (same process)", found["smolagents"], "ms")
    yield Figure("a new child process over a new life", found["child"] / found["ours"], "x")
    yield Figure(
        "a new smolagents executor over a new life", found["smolagents"] / found["ours"], "x"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    others = os.getloadavg()[0]
    print(f"medians of {rounds} rounds on {os.cpu_count()} processors; load before: {others:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        wall = open_wall("wasm", print, WallOptions(share_workers=True))
        stack.callback(wall.close)
        unshared = open_wall("wasm", print)
        stack.callback(unshared.close)
        for _ in range(2):
            new_life(unshared)
        looping, interpreting = Life(wall), executor()
        looping.begin(PROMPT)
        looping.answer(LOOP)
        interpreting(CLASS)
        found = taking_turns(
            {
                "life": lambda: new_life(wall),
                "own": lambda: new_life(unshared),
                "first": lambda: first_lives(1),
                "second": lambda: first_lives(2),
                "answer": Answers(wall),
                "life with files": lambda: life_with_files(wall),
                "small file": FilesWritten(wall, 1_000),
                "large file": FilesWritten(wall, 1_000_000),
                "journalled": JournalledAnswers(wall, folder / "life.db"),
                "step": real_steps(wall, folder / "run.db"),
                "fsync": synced_write(folder / "bare"),
                "loop": lambda: speed(looping.answer, "self.loop", ITERATIONS),
                "child loop": child_speed,
                "smolagents loop": lambda: speed(interpreting, "it.loop", ITERATIONS_OF_SMOLAGENTS),
                "ours": lambda: isolated_ours(wall),
                "child": isolated_child,
                "smolagents": isolated_smolagents,
            },
            rounds,
        )
    for figure in itertools.chain(figures(found), memory()):
        print(figure)


if __name__ == "__main__":
    main()
