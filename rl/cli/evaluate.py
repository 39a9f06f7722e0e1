"""`autoagent evaluate`: policies side by side, with honest statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import (
    BAD_INPUT,
    BAD_INPUTS,
    FAILED,
    bad_input_exits,
    fail,
    print_json,
    progress,
)
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import JsonOption, PricedServer
from autoagent.files import claimed
from autoagent.meter import Meter, SuspendedError
from autoagent.printable import printable
from rl.cli.common import REWARDS, genome_of, installed, listed, require_rewards
from rl.cli.course import Course
from rl.cli.evaluate_options import KeptIn, Lives, Paying, World

if TYPE_CHECKING:  # torch takes seconds to import, and nobody waits for it to read --help
    from rl.evaluation import Evaluation, NamedPolicy
    from rl.rollout import Rollouts


class Stops:
    """An evaluation as what can be stopped; each life that is over is kept."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def pause(self) -> None:
        """Stop before the next step."""
        self._meter.pause.set()

    def kill(self) -> None:
        """Stop at once."""
        self._meter.kill()


def evaluate(
    policies: Annotated[
        list[str],
        typer.Argument(
            help="random, smollm2, hf:DIR, gguf:PATH, openai:MODEL, human, random:MODEL, tiny, "
            "constrained:MODEL, cold:POLICY, edits:random, edits:DIR, edits:NAME, script:NAME.",
            show_default=False,
        ),
    ],
    *,
    lives: Lives,
    world: World,
    prompt: Annotated[
        list[str] | None,
        typer.Option(help="What lives begin with, again for more (default: 16 different ones)."),
    ] = None,
    tasks: Annotated[
        bool, typer.Option(help="Whether code tasks and baits are asked, too.")
    ] = True,
    references: Annotated[
        bool, typer.Option(help="Whether scripted policies are shown beside, as bounds.")
    ] = True,
    server: PricedServer,
    paying: Paying,
    kept_in: KeptIn,
    json: JsonOption = False,
) -> None:
    """Compare how long policies keep an organism alive, and how they behave."""
    with bad_input_exits(), installed("evaluation"), ExitStack() as stack:
        from rl.evaluation.kept import KeptLives
        from rl.evaluation.prompts import PROMPTS
        from rl.evaluation.report import write
        from rl.rollout import Stopped

        out = kept_in.out
        _check(policies, prompt, lives, kept_in)
        _check_sampling(world)
        require_rewards(asdict(world))
        meter = paying.meter(policies, server)
        if out is not None:
            stack.enter_context(claimed(out))
        given = {"policies": policies, **asdict(lives), **asdict(world), "prompts": prompt}
        genome = " ".join(filter(None, genome_of(world.genome)))
        kept = KeptLives(out, {**given, "genome": genome}, resume=kept_in.resume)
        for spent in kept.spent.values():
            meter.spent.tokens += spent.tokens
            meter.spent.cost += spent.cost
        found: list[Evaluation] = []
        bounds: list[Evaluation] = []
        names = [(name, found) for name in policies]
        if references:  # the last ones: who names a policy that cannot be opened is told at once
            names += [(name, bounds) for name in _references(policies)]
        again = "" if out is None else f"; the same with --resume goes on in {out}"
        now, stopped = "", None
        interrupts = Interrupts(Stops(meter), at_once=lambda: now == "human")
        try:
            with Status("", console=Console(stderr=True)) as shown:
                course = Course(
                    lives=lives.episodes,
                    prompts=len(prompt or PROMPTS),
                    sandbox=world.sandbox if tasks else None,
                    kept=kept,
                    meter=meter,
                    shown=shown,
                )
                for name, figures in names:
                    now = name
                    shown.update(Text(printable(f"{name}: loading")))
                    with _told(name, lives.envs, BAD_INPUT):
                        named = _open(name, world, prompt, server, lives.envs, meter)
                        kept.require(name, named.source)
                        rollouts = _rollouts(named, lives, world.env)
                    with _told(name, lives.envs, FAILED, again):
                        figures.append(course.taken(named, rollouts))
                        if out is not None:
                            write(out, found, given, bounds)
                    progress(f"{printable(name)}: survived {figures[-1].survival} steps")
        except (Stopped, SuspendedError, KeyboardInterrupt) as error:
            stopped = error
        finally:  # what is found out is told, whatever became of the next policy
            if found:
                _show(found, bounds, out, json=json)
        if stopped is not None:
            progress(_in_words(stopped, now, kept.over(now), lives.episodes, again))
            raise typer.Exit(interrupts.exit_code)


def _in_words(stopped: BaseException, policy: str, over: int, total: int, again: str) -> str:
    """Say why an evaluation has stopped, where it is, and how to go on."""
    limit = stopped.limit if isinstance(stopped, SuspendedError) else None
    why = f"the budget of {limit} is used up" if limit else "interrupted"
    more = f" and a higher --{limit}" if limit and again else ""
    goes_on = again or "; nothing of it is kept: give --out, and --resume can go on"
    return printable(f"{why}: {over} of {total} lives of {policy} are over{goes_on}{more}")


def _check(policies: list[str], prompts: list[str] | None, lives: Lives, kept_in: KeptIn) -> None:
    """Refuse what can be known to be wrong before the first policy has lived for hours."""
    from rl.evaluation import require_known
    from rl.run_folder import open_folder
    from rl.seeding import SEEDS

    if repeated := {name for name in policies if policies.count(name) > 1}:
        fail(f"{sorted(repeated)[0]} is given twice; name each policy once")
    for name in policies:
        require_known(name)
    if not all(prompt.strip() for prompt in prompts or ()):
        fail("a --prompt says nothing; leave it out, or write a text")
    if not 0 <= lives.seed < SEEDS:
        fail(f"--seed must be from 0 to {SEEDS - 1}, got {lives.seed}")
    if not 0 < lives.patience < math.inf:
        fail(f"--patience must be a number more than 0, got {lives.patience}")
    out, resume = kept_in.out, kept_in.resume
    if resume and out is None:
        fail("--resume goes on with what is in a folder; name it with --out")
    if out is not None and not open_folder(out) and not resume:
        fail(
            f"{out} is there already and is not an empty folder; name another --out, or give "
            "--resume to go on with what is in it"
        )


def _check_sampling(world: World) -> None:
    """Refuse what no model can write with; the model itself may refuse more."""
    temperature, most = world.temperature, world.max_tokens
    if temperature is not None and not 0 <= temperature < math.inf:
        fail(f"--temperature must be 0 or more, and finite, got {temperature}")
    if most is not None and most < 1:
        fail(f"--max-tokens must be at least 1: max_tokens is {most}")


def _references(policies: Sequence[str]) -> list[str]:
    """Return the bounds that policies are read against, of each kind that there is."""
    from rl.evaluation.named import EDIT_REFERENCES, REFERENCES

    choosing = {name.startswith("edits:") for name in policies}
    bounds = (
        *(REFERENCES if False in choosing else ()),
        *(EDIT_REFERENCES if True in choosing else ()),
    )
    return [name for name in bounds if name not in policies]


def _open(
    name: str,
    world: World,
    prompts: list[str] | None,
    server: PricedServer,
    beside: int,
    meter: Meter,
) -> NamedPolicy:
    from rl.evaluation import open_policy
    from rl.evaluation.prompts import PROMPTS

    given = asdict(world)
    names = given.pop("hazards")
    hazards = None if names is None else listed(names)
    rewards = {name.removeprefix("reward_"): given.pop(name) for name in REWARDS}
    given |= {name: reward for name, reward in rewards.items() if reward is not None}
    given |= {"skills": listed(world.skills), "on_harm": world.on_harm.value}
    return open_policy(
        name,
        hazards=hazards,
        prompts=prompts or PROMPTS,
        server=asdict(server),
        beside=beside,
        meter=meter,
        **given,
    )


def _rollouts(named: NamedPolicy, lives: Lives, env: str) -> Rollouts:
    """Return the environments, the first of them made, or exit."""
    from rl.rollout import Rollouts

    envs = min(lives.envs, lives.episodes)
    try:
        return Rollouts(named.make, envs=envs, seed=lives.seed, patience=lives.patience)
    except TypeError as error:
        fail(f"--env {env}: {error}; name one that takes what {World.env} does")
    except ModuleNotFoundError as error:
        if error.name is not None:  # a package of ours that is not installed
            raise
        fail(f"--env {env}: {error}")


def _show(
    found: Sequence[Evaluation], bounds: Sequence[Evaluation], out: Path | None, *, json: bool
) -> None:
    from rl.evaluation.report import NOTES, REFERENCE_COLUMNS, figures, reference_lines, rows

    if json:
        print_json(figures(found, bounds))
        return
    console = Console()
    table = Table("", *(escape(printable(each.policy)) for each in found))
    for row in rows(found):
        table.add_row(*map(Text, map(printable, row)))
    console.print(table)
    if bounds:
        lines = Table(*REFERENCE_COLUMNS)
        for line in reference_lines(bounds):
            lines.add_row(*map(Text, line))
        console.print(lines)
    for note in NOTES:
        console.print(Text(f"- {note}"), soft_wrap=True)
    if out is not None:
        console.print(Text(printable(f"{out / 'report.md'}, {out / 'survival.png'}")))


@contextmanager
def _told(name: str, envs: int, code: int, again: str = "") -> Iterator[None]:
    """Say which policy failed, and why, and exit."""
    import gymnasium

    from rl.memory import OutOfMemory, told_when_out_of_memory
    from rl.policies.policy import Diverged
    from rl.rollout import RolloutError

    try:
        with told_when_out_of_memory(
            f"lower --envs (now {envs}) or --max-tokens, or use a smaller model"
        ):
            yield
    except typer.Exit:  # a RuntimeError, of which is told already
        raise
    except Diverged as error:
        fail(f"{name}: {error}; or --temperature is too small{again}", code)
    except gymnasium.error.Error as error:
        fail(f"--env: {error}", code)
    except (*BAD_INPUTS, RolloutError, OutOfMemory, RuntimeError, OSError) as error:
        fail(f"{name}: {error}{again}", code)
