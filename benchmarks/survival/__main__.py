"""Who lives longer, and why: `python -m benchmarks.survival FOLDER`.

An arm is a way to answer an organism: random weights, the model as it is, the model with one more
line in the prompt or at a low temperature, the best of several answers at each step, and policies
that have learned: by REINFORCE, in groups, from their best lives, from returns that were dealt anew
to other lives, and from a reward for form; these at a low temperature, too, to see what they have
learned beside that. All that learn may sample equally many tokens. A cell is an arm with a seed: so
many lives, in held-out tasks, over prompts that nobody has learned with. Cells with one seed live
the same lives, so what differs is told life by life. For intervals seeds and prompts are drawn anew
together, since another seed is another training; a star tells what is beyond chance, of all that a
table compares.

A cell that is over is a line of FOLDER/cells.jsonl, and is not lived again; a training that was cut
off goes on. So the same command may be stopped and begun at any time, with more arms or seeds.
The table tells of the seeds that all of the arms have.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from statistics import fmean

from autoagent.statistics import Estimate, crossed, holm
from benchmarks.cells import Cells
from benchmarks.survival.arms import ARMS, HELD_OUT, MODEL, UNTAUGHT, Plan, opened
from rl.episode import Episode
from rl.rollout import Rollouts

Life = dict[str, float]
Lived = Mapping[tuple[str, int], Sequence[Life]]


def lived(arm: str, seed: int, plan: Plan) -> list[Life]:
    """Return the lives of a cell."""
    named = opened(arm, seed, plan)
    rollouts = Rollouts(named.make, envs=plan.envs, seed=seed)
    try:
        return [
            _told(life) for life in rollouts.collect(named.policy, update=0, episodes=plan.lives)
        ]
    finally:
        rollouts.close()


def _told(life: Episode) -> Life:
    return {
        "prompt": life.seed % len(HELD_OUT),
        "survived": len(life.turns) - life.terminated,
        "solved": life.info["solved"],
        "tokens": sum(len(turn.decision.tokens) for turn in life.turns),
    }


def table(cells: Lived, arms: Sequence[str], bases: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table of the seeds that all of these arms have, beside some of them.

    Those that they are told beside have these seeds, too, or are left out.
    """
    had = {each: {seed for arm, seed in cells if arm == each} for each in (*arms, *bases)}
    seeds = sorted(set.intersection(*(had[each] for each in arms)))
    yield f"{len(seeds)} seeds: {', '.join(map(str, seeds))}"
    if not seeds:
        return
    beside = [base for base in bases if had[base].issuperset(seeds)]
    less = {
        (arm, base): crossed(_differences(cells, arm, base, seeds))
        for arm, base in product(arms, beside)
        if arm != base and not (arm in beside and beside.index(arm) < beside.index(base))
    }
    sure = dict(zip(less, holm([p_value for _, p_value in less.values()]), strict=True))
    words = "".join(f" solved, less {base} |" for base in beside)
    yield f"| arm | lives | survived | solved | by seed |{words} tokens a life |"
    yield "|---" * (6 + len(beside)) + "|"
    for arm in arms:
        lives = [life for seed in seeds for life in cells[arm, seed]]
        told = (
            f"{less[arm, base][0]!s}{'*' * sure[arm, base]}" if (arm, base) in less else ""
            for base in beside
        )
        yield (
            f"| {arm} | {len(lives)} | {_figure(cells, arm, seeds, 'survived')!s} "
            f"| {_figure(cells, arm, seeds, 'solved')!s} "
            f"| {_of_seeds([cells[arm, seed] for seed in seeds])} "
            + "".join(f"| {each} " for each in told)
            + f"| {fmean(life['tokens'] for life in lives):.0f} |"
        )
    yield f"* not 0, whichever of these {len(less)} differences is looked at (Holm, 5 %)"


def _of_seeds(cells: Sequence[Sequence[Life]]) -> str:
    """Return what the lives of each cell have solved, on average."""
    return ", ".join(f"{fmean(life['solved'] for life in lives):.2f}" for lives in cells)


def _figure(cells: Lived, arm: str, seeds: Sequence[int], name: str) -> Estimate:
    """Return a mean, for whose interval seeds and prompts are drawn anew."""
    found, _ = crossed(
        [
            (str(seed), str(life["prompt"]), life[name])
            for seed in seeds
            for life in cells[arm, seed]
        ]
    )
    return found


def _differences(
    cells: Lived, arm: str, base: str, seeds: Sequence[int]
) -> list[tuple[str, str, float]]:
    """Return what an arm has solved more than another, life by life, with seed and prompt."""
    return [
        (str(seed), str(one["prompt"]), one["solved"] - other["solved"])
        for seed in seeds
        for one, other in zip(cells[arm, seed], cells[base, seed], strict=True)
    ]


def main() -> None:
    """Live the cells that are missing, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--arms", default=",".join(UNTAUGHT), help=f"of {', '.join(ARMS)}")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--hazards", default="hunger", help="or hunger,radiation")
    parser.add_argument("--difficulty", type=float, default=2.0)
    parser.add_argument("--max-steps", type=int, default=12)
    parser.add_argument("--max-tokens", type=int, default=48)
    parser.add_argument("--lives", type=int, default=16, help="of each cell")
    parser.add_argument("--envs", type=int, default=16, help="side by side")
    parser.add_argument("--tokens", type=int, default=200_000, help="sampled by each that learns")
    parser.add_argument("--lora", type=int, default=8)
    parser.add_argument(
        "--school", type=Path, help="folder of the experiment whose policies live (default: learn)"
    )
    parser.add_argument("--base", default="pretrained", help="arms that the others are told beside")
    given = vars(parser.parse_args())
    arms, bases = (given.pop(name).split(",") for name in ("arms", "base"))
    seeds = given.pop("seeds")
    if unknown := {*arms, *bases} - set(ARMS):
        parser.error(f"unknown arm {sorted(unknown)[0]!r}; known: {', '.join(ARMS)}")
    plan = Plan(**given | {"hazards": tuple(given["hazards"].split(","))})
    head = {name: value for name, value in given.items() if name not in ("folder", "envs")}
    if plan.school is None:
        del head["school"]
    else:
        head["school"] = str(plan.school.absolute())
    try:
        over = Cells(plan.folder / "cells.jsonl", head)
    except ValueError as error:
        parser.error(str(error))
    cells = {(each["arm"], each["seed"]): each["lives"] for each in over.lines}
    for seed, arm in product(range(seeds), arms):
        if (arm, seed) not in cells:
            try:
                cells[arm, seed] = lived(arm, seed, plan)
            except FileNotFoundError as error:
                parser.error(str(error))
            over.add({"arm": arm, "seed": seed, "lives": cells[arm, seed]})
            print(f"{arm}, seed {seed}: {len(cells[arm, seed])} lives", flush=True)
    print("\n".join(table(cells, arms, bases)))


if __name__ == "__main__":
    main()
