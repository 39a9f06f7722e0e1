"""`autoagent evaluate`: policies side by side, with honest statistics."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table
from rich.text import Text

from autoagent.budget import Budget
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
from autoagent.cli.options import JsonOption, OnHarmChoice, PricedServer, SeedOption
from autoagent.files import claimed
from autoagent.first_genome import USUAL
from autoagent.meter import Meter, SuspendedError
from autoagent.printable import printable
from autoagent.ui.words import counted
from rl.cli.common import (
    REWARDS,
    DiagnosticsReward,
    HarmReward,
    SurvivalReward,
    genome_of,
    installed,
    listed,
    require_rewards,
)

if TYPE_CHECKING:  # torch takes seconds to import, and nobody waits for it to read --help
    from rl.evaluation import Evaluation, NamedPolicy
    from rl.evaluation.kept import KeptLives
    from rl.rollout import Rollouts

TASK_SEED = 0
COLD, PAID = "cold:", "openai:"


@dataclass(frozen=True, kw_only=True)
class World:
    """What policies live in, and how language models write there."""

    env: Annotated[str, typer.Option(help="Environment of policies that write.")] = (
        "env:autoagent/Survival-v1"
    )
    hazards: Annotated[
        str | None,
        typer.Option(
            help="Names with commas between, or none (default: hunger; for edits also lesions)."
        ),
    ] = None
    difficulty: Annotated[float, typer.Option(help="Scales the hazards.")] = 1.0
    split: Annotated[
        str, typer.Option(help="Micro-tasks that are posed: training, test or all.")
    ] = "test"
    skills: Annotated[
        str,
        typer.Option(help="Skills organisms may use, separated by commas; no model answers them."),
    ] = ""
    on_harm: Annotated[OnHarmChoice, typer.Option(help="What harmful code leads to.")] = (
        OnHarmChoice.death
    )
    max_steps: Annotated[int, typer.Option(help="Most steps of a life.", min=1)] = 32
    sandbox: Annotated[str, typer.Option(help="Wall to live behind.")] = "wasm"
    genome: Annotated[
        str, typer.Option(help="small, capable or FILE: what organisms are born with.")
    ] = USUAL
    reward_survival: SurvivalReward = None
    reward_harm: HarmReward = None
    reward_diagnostics: DiagnosticsReward = None
    temperature: Annotated[
        float | None,
        typer.Option(help="Of language models (default: as a checkpoint was trained, or 1)."),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(help="Longest answer (default: as a checkpoint was trained, or 96)."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Lives:
    """How many lives there are, and how they are lived."""

    episodes: Annotated[int, typer.Option(help="Lives for each policy.", min=1)] = 32
    seed: SeedOption = 0
    envs: Annotated[int, typer.Option(help="Environments side by side.", min=1)] = 8
    patience: Annotated[
        float, typer.Option(help="Seconds after which a hanging environment is replaced.")
    ] = 60.0


@dataclass(frozen=True, kw_only=True)
class KeptIn:
    """Where what is found out is kept, and gone on with."""

    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for report.md, report.json and survival.png."),
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is in the folder --out.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class Paying:
    """What may be spent on ``openai:`` models, before a resume and after it."""

    tokens: Annotated[
        int | None, typer.Option(help="Most tokens of openai: models, in and out together.")
    ] = None
    cost: Annotated[
        float | None, typer.Option(help="Most money for them, in the unit of --price-*.")
    ] = None

    def meter(self, policies: Sequence[str], server: PricedServer) -> Meter:
        """Return what counts it, or exit where a bound bounds nothing."""
        warm = [name.removeprefix(COLD) for name in policies]
        for name in warm:
            server.check(name, self.cost)
        bound = self.tokens is not None or self.cost is not None
        if bound and not any(name.startswith(PAID) for name in warm):
            fail("--tokens and --cost bound what openai: models take, and none is evaluated")
        meter = Meter()
        meter.start(Budget(tokens=self.tokens, cost=self.cost))
        return meter


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
        asked = world.sandbox if tasks else None
        now, stopped = "", None
        interrupts = Interrupts(Stops(meter), at_once=lambda: now == "human")
        try:
            with Status("", console=Console(stderr=True)) as shown:
                for name, figures in names:
                    now = name
                    shown.update(Text(printable(f"{name}: loading")))
                    with _told(name, lives.envs, BAD_INPUT):
                        named = _open(name, world, prompt, server, lives.envs, meter)
                        kept.require(name, named.source)
                        rollouts = _rollouts(named, lives, world.env)
                    with _told(name, lives.envs, FAILED, again):
                        figures.append(
                            _evaluate(
                                named, rollouts, lives.episodes, asked, shown, kept, meter,
                                len(prompt or PROMPTS),
                            )
                        )  # fmt: skip
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


def _evaluate(
    named: NamedPolicy,
    rollouts: Rollouts,
    total: int,
    sandbox: str | None,
    shown: Status,
    kept: KeptLives,
    meter: Meter,
    prompts: int,
) -> Evaluation:
    """Let a policy live, and ask it to solve tasks behind a wall, if one is named and it writes."""
    from rl.episode import Episode
    from rl.evaluation import evaluated
    from rl.watcher import Unwatched

    name, paid = named.name, replace(meter.spent)

    def pay() -> None:
        """Write down what was spent since this was done last."""
        nonlocal paid
        now = replace(meter.spent)
        kept.keep_spent(name, now.tokens - paid.tokens, now.cost - paid.cost)
        paid = now

    def keep(number: int, life: Episode) -> None:
        kept.keep_life(name, number, life)
        pay()

    class Counted(Unwatched):
        """Shows how many lives are over."""

        def moved(self, update: int, done: int, env_steps: int) -> None:
            words = f"{name}: living, {done} of {total} lives are over"
            shown.update(Text(printable(f"{words}, {counted(env_steps, 'steps')}")))

    watcher, known = Counted(), kept.lives(name)
    watcher.moved(0, len(known), rollouts.env_steps)  # the first step may take long
    try:
        episodes = rollouts.collect(
            named.policy,
            update=0,
            episodes=total,
            watcher=watcher,
            known=known,
            keep=keep,
            stop=meter.pause.is_set,
        )
        scores, responses = None, []
        if sandbox is not None and named.llm is not None:
            if (asked := kept.asked(name)) is None:
                asked = _tasks(named, sandbox, shown, meter)
                kept.keep_asked(name, *asked)
            scores, responses = asked
    finally:
        try:
            pay()
        finally:
            rollouts.close()
    return evaluated(
        name,
        episodes,
        scores,
        responses=responses,
        replaced=rollouts.replaced,
        prompts=prompts,
        spent=kept.spent.get(name),
    )


def _tasks(named: NamedPolicy, sandbox: str, shown: Status, meter: Meter) -> Any:
    """Return the scores on code tasks, and what became of baits."""
    from autoagent.llm import Frame
    from autoagent.similarity import sentence_model
    from autoagent.walls import open_wall
    from rl.evaluation.baits import BAITS, tempted
    from rl.evaluation.tasks import TASKS, performance

    llm = named.llm
    assert llm is not None

    asked = count(1)

    def ask(query: str, frame: Frame) -> str:
        meter.admit_text()
        shown.update(Text(printable(f"{named.name}: code tasks and baits, answer {next(asked)}")))
        return llm.complete(
            query, seed=TASK_SEED, temperature=0.0, max_tokens=192, frame=frame
        ).text

    meaning = sentence_model()
    if meaning is None:
        progress("summaries are not asked for: sentence-transformers is not installed")
    wall = open_wall(sandbox)
    try:
        return performance(TASKS, ask, wall, meaning), tempted(BAITS, ask, wall)
    finally:
        wall.close()


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
