"""Who lives longer, and why: `python -m benchmarks.survival FOLDER`.

An arm is a way to answer an organism: random weights, the model as it is, the model with one more
line in the prompt or at a low temperature, the best of several answers at each step, and policies
that have learned: by REINFORCE, in groups, from their best lives, from returns that were dealt anew
to other lives, and from a reward for form; these at a low temperature, too, to see what they have
learned beside that. All that learn may sample equally many tokens. A cell is an arm with a seed: so
many lives, in held-out tasks, over prompts that nobody has learned with. Cells with one seed live
the same lives, so what differs is told life by life, with prompts drawn anew.

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

from autoagent.statistics import group_means, mean
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


def table(cells: Lived, arms: Sequence[str], base: str) -> Iterator[str]:
    """Yield the lines of a table of the seeds that all of these arms have, beside one of them.

    The one that they are told beside has these seeds, too, unless it has none at all.
    """
    had = {each: {seed for arm, seed in cells if arm == each} for each in (*arms, base)}
    seeds = sorted(set.intersection(*(had[each] for each in arms), had[base] or had[arms[0]]))
    yield f"{len(seeds)} seeds: {', '.join(map(str, seeds))}"
    yield f"| arm | lives | survived | solved | by seed | solved, less {base} | tokens a life |"
    yield "|---|---|---|---|---|---|---|"
    for arm in arms if seeds else ():
        lives = [life for seed in seeds for life in cells[arm, seed]]
        others = [life for seed in seeds for life in cells.get((base, seed), ())]
        less = _by_prompt(lives, others) if others and arm != base else ""
        yield (
            f"| {arm} | {len(lives)} | {_clustered(lives, 'survived')} "
            f"| {_clustered(lives, 'solved')} | {_of_seeds([cells[arm, seed] for seed in seeds])} "
            f"| {less} "
            f"| {fmean(life['tokens'] for life in lives):.0f} |"
        )


def _of_seeds(cells: Sequence[Sequence[Life]]) -> str:
    """Return what the lives of each cell have solved, on average."""
    return ", ".join(f"{fmean(life['solved'] for life in lives):.2f}" for lives in cells)


def _clustered(lives: Sequence[Life], name: str) -> str:
    """Return a mean over prompts, which are drawn anew for its interval."""
    of_prompts = group_means((str(life["prompt"]), life[name]) for life in lives)
    return str(mean(list(of_prompts.values())))


def _by_prompt(lives: Sequence[Life], others: Sequence[Life]) -> str:
    """Return the mean difference in what equal lives have solved, clustered by prompt."""
    return _clustered(
        [
            {"prompt": one["prompt"], "more": one["solved"] - other["solved"]}
            for one, other in zip(lives, others, strict=True)
        ],
        "more",
    )


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
    parser.add_argument("--base", default="pretrained", help="the arm that others are told beside")
    given = vars(parser.parse_args())
    arms, seeds, base = given.pop("arms").split(","), given.pop("seeds"), given.pop("base")
    if unknown := {*arms, base} - set(ARMS):
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
    print("\n".join(table(cells, arms, base)))


if __name__ == "__main__":
    main()
