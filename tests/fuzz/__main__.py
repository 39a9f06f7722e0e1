"""Fuzz everything: ``python -m tests.fuzz --seconds 3600``; or some targets, by their names.

With ``--seed`` and ``--runs``, and a new ``--folder``, the same inputs are tried again.

Each target is a program of its own, as many at once as there are processors. What they find out
about inputs is kept in a folder, from which the next time begins; a fault is an input beside it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TARGETS = (
    "answers",
    "edits",
    "inputs",
    "journal",
    "judge",
    "messages",
    "results",
    "tools",
    "weights",
)
ROOT = Path(__file__).parents[2]
MORE_SECONDS = 240
"""Beyond those that it was given, a target is waited for: imports take longest."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of a target.

    Attributes:
        name: Which one.
        failed: Whether it found a fault, or did not come to its end.
        faults: The inputs that show one.
        said: What the fuzzer printed.
    """

    name: str
    failed: bool
    faults: list[Path]
    said: str

    def __str__(self) -> str:
        """How much was tried, and what was found."""
        runs = re.findall(r"^Done (\d+) runs", self.said, re.MULTILINE)
        reached = re.findall(r"cov: (\d+)", self.said)
        tried = f"{int(runs[0]):>9,} inputs" if runs else "stopped early"
        found = f"fault: {', '.join(map(str, self.faults))}" if self.failed else "no fault"
        return f"{self.name:>9} {tried}, {reached[-1] if reached else 0} places reached, {found}"


def fuzzed(name: str, seconds: int, folder: Path, *, seed: int = 0, runs: int = -1) -> Fuzzed:
    """Fuzz one target for some seconds, with a folder for what is found.

    Args:
        name: The target.
        seconds: When to stop at the latest.
        folder: Where what is found is kept, and looked for.
        seed: Chance follows from it; 0 stands for another one each time.
        runs: Inputs after which to stop; -1 stands for no end.

    Raises:
        subprocess.TimeoutExpired: It does not end.
    """
    known, faults = folder / name, folder / f"{name}-faults"
    for each in (known, faults):
        each.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", f"tests.fuzz.fuzz_{name}", str(known)]
    command += [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=4096"]
    command += [f"-artifact_prefix={faults}/", f"-seed={seed}", f"-runs={runs}"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},  # or else the order of sets is chance
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds + MORE_SECONDS,
        check=False,
    )
    failed = done.returncode != 0 or "Done " not in done.stdout
    return Fuzzed(name, failed, sorted(faults.iterdir()), done.stdout)


def main() -> None:
    """Fuzz, say what came of it, and exit with 1 if there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--seed", type=int, default=0, help="0 is another one each time")
    parser.add_argument("--runs", type=int, default=-1, help="inputs for each target")
    options = parser.parse_args()

    def fuzz(name: str) -> Fuzzed:
        return fuzzed(name, options.seconds, options.folder, seed=options.seed, runs=options.runs)

    failed = False
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        names = options.targets or TARGETS
        for each in pool.map(fuzz, names):
            print(each, flush=True)
            if each.failed:
                failed = True
                print(each.said[-3000:])
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
