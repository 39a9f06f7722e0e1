"""What survives when long commands are cut off: `python -m benchmarks.durability`.

Each long command is done once without a fault. Then it is done again while faults strike at random
moments: it is killed, its disk is full, its server dies, a second program takes up the same work,
its clock jumps. After each fault all that it had told of must be on the disk, once, and readable;
it is gone on with, and in the end all of it must equal what came without a fault. What is asked of
the server more than once is counted: an answer on its way is lost with whoever waits for it.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autoagent.walls import open_wall
from benchmarks.durability import agents, coding, searches, training
from benchmarks.durability.chaos import HARM, Chaos
from benchmarks.durability.works import Work
from genetic.translate.evaluate import prepare

WORKS: Sequence[Work] = (
    *(agents.RUN, searches.TRANSLATE, searches.EVOLVE, searches.OPTIMIZE, searches.ELM),
    *(searches.FORGE, coding.EVALUATION, training.EDITS, training.LM, training.RFT),
    *(training.FINETUNE, training.EVALUATE),
    *(agents.TASKS, searches.TRANSLATIONS, coding.COMPLETIONS),
)
TOLD = ("faults", "done", "second programs", *HARM, "asked", "asked twice")


def main() -> None:
    """Run the benchmark; exit with 1 if any harm was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=20, help="for each command")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side-by-side", type=int, default=2, help="commands at once")
    parser.add_argument("works", nargs="*", metavar="COMMAND", help="such as run, or all of them")
    options = parser.parse_args()
    works = [work for work in WORKS if not options.works or work.name in options.works]
    # What is built once and kept is built before anything is timed.
    open_wall("wasm", print).close()
    for target in ("c", "python"):
        prepare(target, print)
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(options.side_by_side) as pool,
    ):

        def suffer(work: Work) -> Chaos:
            name = f"{options.seed} {work.name}"
            chaos = Chaos(work, Path(folder, work.name.replace(" ", "-")), random.Random(name))
            chaos.run(options.faults)
            return chaos

        found = list(pool.map(suffer, works))
    table = Table("command", *TOLD)
    for work, chaos in zip(works, found, strict=True):
        table.add_row(work.name, *(str(chaos.counts[name]) for name in TOLD))
    Console(width=180).print(table)
    harm = [words for chaos in found for words in chaos.harm]
    print("\n".join(harm))
    raise SystemExit(bool(harm))


if __name__ == "__main__":
    main()
