"""Random tokens beside a model that changes walkers, before and after it has learnt from them.

    python -m benchmarks.operators FOLDER --evaluations 8 --seeds 3 --llm smollm2

A seed is the whole of it: random tokens search the terrain with seeds of their own, the model
learns what was accepted (each change as a diff, and the best of each niche as what is written from
nothing), and then each arm searches. So a mean over seeds is one over trainings, too. Those that
ask have as many evaluations; random tokens go on for as long as the slowest of the others, in CPU
seconds of all processes, so that the table can tell of equal evaluations and of equal time. What is
written from nothing has no parent: its share of walkers is that of the third stage of the paper,
where a model writes walkers for a terrain.

A cell is an arm with a seed. One that is over is a line of FOLDER/cells.jsonl and is not searched
again, a training that was cut off goes on: the same command may be stopped and begun at any time.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from autoagent.journal import Journal
from autoagent.llm import load
from autoagent.statistics import mean, share
from benchmarks.cells import Cells, Line
from benchmarks.elm import cpu_seconds
from genetic.elm import ElitesRun, Plan, open_domain
from genetic.elm.domain import Domain
from genetic.elm.examples import examples, written
from genetic.elm.search import Batch
from rl.examples import read_examples
from rl.finetune import Finetuning, Settings

ASKING = ("diff", "taught diff", "write", "taught write", "rewrite")
ARMS = (*ASKING, "tokens")
"""Random tokens come last: for how long they search follows from the others."""
LONGEST = {"diff": 128, "rewrite": 320, "write": 320}
"""Tokens of an answer."""
TEACHERS, FIRST_TEACHER = 3, 100
"""How many searches each training learns from, and the seed of the first; none is an arm's."""
BATCH, MOST = 4, 10**6
Found = Mapping[tuple[str, int], Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What all cells have in common.

    Attributes:
        folder: Where everything is kept.
        llm: The model.
        terrain: Where walkers walk.
        evaluations: Of each search, the seeds of the domain not counted.
        accepted: Evaluations of each search that is learnt from.
        learnt: Examples of each of both kinds, at most.
    """

    folder: Path
    llm: str
    terrain: str
    evaluations: int
    accepted: int
    learnt: int

    @property
    def domain(self) -> str:
        """The domain's name."""
        return f"sodarace:{self.terrain}"


def searched(
    study: Study, domain: Domain, journal: Path, operator: str, *,
    model: str | None = None, evaluations: int, seed: int, batch: int = BATCH, cpu: float = 1e9,
) -> tuple[ElitesRun, list[Line]]:  # fmt: skip
    """Search until so many evaluations, or so many CPU seconds; return what batches came to."""
    plan = Plan(
        domain=study.domain,
        operator=operator,
        model=model,
        evaluations=len(domain.seeds) + evaluations,
        batch=batch,
        starts=tuple(domain.seeds),
        max_tokens=LONGEST.get(operator, 1),
        seed=seed,
    )
    journal.unlink(missing_ok=True)
    llms = [] if model is None else [load(model)]
    began, told = cpu_seconds(), list[Line]()

    def watch(each: Batch) -> None:
        at = {"evaluated": each.evaluated - len(domain.seeds), "cpu": cpu_seconds() - began}
        standing = {"filled": each.standing.filled, "qd_score": each.standing.qd_score}
        new = [elite.objective for elite in each.elites if elite.parent is not None]
        told.append({**at, **standing, "best": each.standing.best, "valid": each.valid, "new": new})
        if at["cpu"] > cpu:
            search.pause()

    with closing(Journal(journal)) as opened:
        search = ElitesRun(plan, domain, journal=opened, llms=llms)
        search.run(watch)
    for llm in llms:
        llm.close()
    return search, told


def teach(study: Study, seed: int) -> str:
    """Return the name of the model that has learnt what random tokens have found."""
    out, file = study.folder / f"taught-{seed}", study.folder / f"examples-{seed}.jsonl"
    over, name = out.with_suffix(".json"), f"{study.llm}:{out / 'model' / 'adapter.gguf'}"
    if over.exists():
        return name
    if not file.exists():
        found = accepted(study, seed)
        file.write_text("".join(json.dumps(each) + "\n" for each in found))
    settings = Settings(
        llm=study.llm, lora=8, epochs=1, batch=4, lr=1e-3, schedule="cosine", keep_every=5,
        seed=seed,
    )  # fmt: skip
    resume = (out / "finetune.json").exists()
    finetuning = Finetuning(read_examples(file).kept, settings, out, resume=resume)
    over.write_text(json.dumps(finetuning.run().as_dict()))
    return name


def accepted(study: Study, seed: int) -> list[Line]:
    """Return what random tokens have changed for the better, and the best that they have found."""
    diffs, wholes = list[Line](), list[Line]()
    for teacher in range(FIRST_TEACHER + seed * TEACHERS, FIRST_TEACHER + (seed + 1) * TEACHERS):
        journal = study.folder / f"teacher-{teacher}.db"
        with closing(open_domain(study.domain, together=64)) as domain:
            search, _ = searched(
                study, domain, journal, "tokens",
                evaluations=study.accepted, seed=teacher, batch=64,
            )  # fmt: skip
            wholes += written(search.archive, domain)
        with closing(Journal(journal, read_only=True)) as opened:
            diffs += examples(opened, search.run_id)
    rng = random.Random(seed)
    return [
        example
        for kind in (diffs, wholes)
        for example in rng.sample(kind, min(study.learnt, len(kind)))
    ]


def cell(study: Study, arm: str, seed: int, longest: float) -> list[Line]:
    """Return what the batches of a search came to."""
    operator, journal = arm.removeprefix("taught "), study.folder / "search.db"
    if operator == "tokens":
        with closing(open_domain(study.domain, together=BATCH)) as domain:
            return searched(
                study, domain, journal, operator, evaluations=MOST, seed=seed, cpu=longest
            )[1]
    model = study.llm if arm == operator else teach(study, seed)
    with closing(open_domain(study.domain, together=1)) as domain:
        return searched(
            study, domain, journal, operator,
            model=model, evaluations=study.evaluations, seed=seed,
        )[1]  # fmt: skip


def report(found: Found, evaluations: int) -> Iterator[str]:
    """Yield a table of the seeds that all arms have, or of what there is of each."""
    whole = sorted({seed for _, seed in found})
    seeds = [seed for seed in whole if all((arm, seed) in found for arm in ARMS)]
    yield f"\nseeds: {', '.join(map(str, seeds))}"
    yield "| operator | at | evaluations | CPU s | walkers | niches | QD score | best | best new |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for arm in ARMS if seeds else ():
        batches = {seed: found[arm, seed]["batches"] for seed in seeds}
        yield _row(
            arm,
            "equal evaluations",
            [
                [each for each in batches[seed] if each["evaluated"] <= evaluations]
                for seed in seeds
            ],
        )
        ends = {
            seed: min(found[each, seed]["batches"][-1]["cpu"] for each in ASKING) for seed in seeds
        }
        yield _row(
            arm,
            "equal time",
            [
                # The first batch are the seeds, which all have.
                batches[seed][:1]
                + [each for each in batches[seed][1:] if each["cpu"] <= ends[seed]]
                for seed in seeds
            ],
        )


def _row(arm: str, at: str, runs: Sequence[Sequence[Line]]) -> str:
    last = [run[-1] for run in runs]
    asked = sum(each["evaluated"] for each in last)
    valid = sum(each["valid"] for run in runs for each in run[1:])
    news = [max((n for each in run for n in each["new"]), default=0.0) for run in runs]
    told = " | ".join(
        f"{mean([each[what] for each in last]):{spec}}"
        for what, spec in (("filled", ".1f"), ("qd_score", ".0f"), ("best", ".0f"))
    )
    walkers = f"{share(valid, asked):.0%}" if asked else ""
    return (
        f"| {arm} | {at} | {asked} | {sum(each['cpu'] for each in last):.0f} | {walkers} "
        f"| {told} | {mean(news):.0f} |"
    )


def main() -> None:
    """Search where nobody has searched yet, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--evaluations", type=int, default=8)
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument("--terrain", default="flat")
    parser.add_argument("--accepted", type=int, default=500, help="evaluations of each teacher")
    parser.add_argument("--learnt", type=int, default=64, help="examples of each kind")
    parser.add_argument("--minutes", type=float, default=1e6, help="after which no cell is begun")
    given = vars(parser.parse_args())
    seeds, end = given.pop("seeds"), time.monotonic() + 60 * given.pop("minutes")
    study = Study(**given)
    head = {name: value for name, value in given.items() if name != "folder"}
    try:
        cells = Cells(study.folder / "cells.jsonl", head)
    except ValueError as error:
        parser.error(str(error))
    found = {(each["arm"], each["seed"]): each for each in cells.lines}
    for seed, arm in product(range(seeds), ARMS):
        if (arm, seed) in found or time.monotonic() > end:
            continue
        asking = [found[each, seed]["batches"] for each in ASKING if (each, seed) in found]
        longest = max((each[-1]["cpu"] for each in asking), default=60.0)
        line = {"arm": arm, "seed": seed, "batches": cell(study, arm, seed, longest)}
        cells.add(line)
        found[arm, seed] = line
        print(f"{arm}, seed {seed}: {line['batches'][-1]}", flush=True)
    print("\n".join(report(found, study.evaluations)))


if __name__ == "__main__":
    main()
