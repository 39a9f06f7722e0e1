"""Options that several commands share, each declared once; see `spread` for the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent.budget import Budget
from autoagent.cli.common import fail, progress
from autoagent.cli.completion import completed_run
from autoagent.files import read_json
from autoagent.folders import write_folder
from autoagent.llm import LLM, load
from autoagent.numbers import is_whole
from autoagent.opening import RECORDED
from autoagent.trust import Chosen
from autoagent.walls import WALLS, WallOptions
from sandbox.limits import Limits

DEFAULT_STEPS = 20
MOST_SHOWN = 8


class PolicyChoice(StrEnum):
    """Values of --policy."""

    strict = "strict"
    open = "open"


class OnHarmChoice(StrEnum):
    """Values of --on-harm."""

    death = "death"
    feedback = "feedback"


class Switch(StrEnum):
    """Values of options that are on or off."""

    on = "on"
    off = "off"


RunArgument = Annotated[
    str,
    typer.Argument(
        help="Id of a run, a prefix of it, or 'last'.",
        autocompletion=completed_run,
    ),
]
DbOption = Annotated[
    Path | None, typer.Option("--db", help="Journal file (default: your own).", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
ResumeOption = Annotated[
    str | None,
    typer.Option(
        help="Go on with this run; nothing is asked for twice.", autocompletion=completed_run
    ),
]


def _ordinary(seed: int | None) -> int | None:
    """Refuse a seed that no journal can hold."""
    if seed is not None and not is_whole(seed):
        raise typer.BadParameter(f"{seed} is not between -2^63 and 2^63")
    return seed


SeedOption = Annotated[int, typer.Option(help="Seed of everything random.", callback=_ordinary)]
SandboxOption = Annotated[str, typer.Option(help=f"Wall to live behind: {', '.join(WALLS)}.")]
PolicyOption = Annotated[
    PolicyChoice, typer.Option(help="'open' skips the policy and relies on the wall alone.")
]
ApproveOption = Annotated[bool, typer.Option("--approve", help="Ask before each execution.")]
CheckOption = Annotated[
    Path | None,
    typer.Option(
        "--check",
        help="Python file whose check(result, files) says what is wrong with a result, or None; "
        "run behind a wall.",
        dir_okay=False,
    ),
]
McpOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mcp",
        help="Command or URL of an MCP server whose tools it may use; again for more.",
    ),
]
InOption = Annotated[
    Path | None,
    typer.Option(
        "--in",
        help="Folder whose files are in its working folder when it is born.",
        file_okay=False,
    ),
]
AnalyzeOption = Annotated[
    str | None,
    typer.Option(
        "--analyze",
        help="Analyzers that look at an answer before it is executed, with commas between: mypy, "
        "hallucination, signature, ruff.",
    ),
]
TokensOption = Annotated[int | None, typer.Option(help="Most tokens, in and out together.")]


@dataclass(frozen=True, kw_only=True)
class FilesOut:
    """Where an organism's files go at the end; a journal never says."""

    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write the files that it made into at the end.", file_okay=False
        ),
    ] = None
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False

    def write(self, files: Mapping[str, bytes]) -> list[str]:
        """Write files, and return what was not written, with the reasons."""
        if self.out is None:
            return []
        left = write_folder(self.out, files, force=self.force)
        if files:
            progress(f"wrote {len(files) - len(left)} of {len(files)} files to {self.out}")
        else:
            progress(f"no files were made, so there are none for {self.out}")
        return left

    def conclude(self, run: str, left: list[str]) -> None:
        """Exit if something was not written."""
        if left:
            shown = [*left[:MOST_SHOWN], *(["..."] if len(left) > MOST_SHOWN else [])]
            again = f"nothing is lost: `autoagent replay {run} --out DIR` writes all of them again"
            fail("\n".join(["these files were not written:", *shown, again]))


@dataclass(frozen=True, kw_only=True)
class BuiltWall(WallOptions):
    """How to build a wall."""

    image: Annotated[
        str | None,
        typer.Option(help="Base image of the docker wall (default: made of this Python)."),
    ] = None
    runtime: Annotated[
        str | None, typer.Option(help="Runtime of the docker wall, such as runsc.")
    ] = None
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe", help="Use the process wall though layers of it are missing."),
    ] = False
    share_workers: Annotated[
        bool,
        typer.Option(
            "--share-workers", help="Have lives behind the wasm wall share processes: less memory."
        ),
    ] = False


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What each step may use."""

    fuel: Annotated[
        int | None, typer.Option(help="CPU budget of a step (default 10^11, about 10 s).")
    ] = None
    memory_mb: Annotated[int | None, typer.Option(help="Memory limit in MiB (default 256).")] = None

    def limits(self, seconds: float | None) -> Limits:
        """Return limits with those values that are given."""
        given: dict[str, Any] = {
            "fuel": self.fuel,
            "memory_mb": self.memory_mb,
            "wall_seconds": seconds,
        }
        return Limits(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True, kw_only=True)
class TakenUp:
    """How a run is taken up; a stranger's chooses nothing of it itself."""

    sandbox: Annotated[
        str | None, typer.Option(help="Wall to live behind (default: as before).")
    ] = None
    policy: Annotated[
        PolicyChoice | None, typer.Option(help="The policy of a run that is not your own.")
    ] = None
    fuel: Annotated[
        int | None, typer.Option(help="Most CPU of a step, if less than the run has.")
    ] = None
    memory_mb: Annotated[
        int | None, typer.Option(help="Most memory in MiB, if less than the run has.")
    ] = None

    def chosen(self, llm: str | None = None) -> Chosen:
        """Return what is given."""
        bounded = self.fuel is not None or self.memory_mb is not None
        return Chosen(
            sandbox=self.sandbox,
            policy=self.policy.value if self.policy else None,
            llm=llm,
            limits=Bounds(fuel=self.fuel, memory_mb=self.memory_mb).limits(None)
            if bounded
            else None,
        )


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What may be spent on models."""

    tokens: TokensOption = None
    seconds: Annotated[float | None, typer.Option(help="Most wall-clock seconds.")] = None
    cost: Annotated[float | None, typer.Option(help="Most money, in the unit of --price-*.")] = None

    def budget(self) -> Budget:
        """Return the budget that is given."""
        return Budget(tokens=self.tokens, seconds=self.seconds, cost=self.cost)


@dataclass(frozen=True, kw_only=True)
class LifeBudget(Spending):
    """What an agent may spend."""

    steps: Annotated[
        int | None,
        typer.Option(help=f"Most steps (default {DEFAULT_STEPS} if no budget is given)."),
    ] = None
    skill_calls: Annotated[int | None, typer.Option(help="Most calls of skills.")] = None

    def budget(self) -> Budget:
        """Return the budget that is given, or the default one."""
        steps = self.steps
        if steps is self.tokens is self.seconds is self.cost is None:
            steps = DEFAULT_STEPS
        return Budget(
            steps=steps,
            tokens=self.tokens,
            seconds=self.seconds,
            cost=self.cost,
            skill_calls=self.skill_calls,
        )


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How answers are sampled."""

    seed: SeedOption = 0
    temperature: Annotated[
        float | None,
        typer.Option(
            help="Sampling temperature (default: as the model was trained, or the genome's).",
            min=0.0,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(
            help="Longest answer, in tokens (default: as it was trained, or the genome's).", min=1
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class OtherSampling:
    """How answers are sampled from here on, where that is to change."""

    seed: Annotated[
        int | None,
        typer.Option(help="Another seed of the model's sampling from here on.", callback=_ordinary),
    ] = None
    temperature: Annotated[
        float | None, typer.Option(help="Another temperature from here on.", min=0.0)
    ] = None
    max_tokens: Annotated[
        int | None, typer.Option(help="Another longest answer from here on.", min=1)
    ] = None


ResultsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--results",
        help="Folder that training, an evaluation or a benchmark has written; may be repeated.",
        exists=True,
        file_okay=False,
    ),
]

SkillGenomeOption = Annotated[
    Path | None,
    typer.Option(
        "--skill-genome",
        help="What the skill 'translate' begins with: JSON that `autoagent skill export` wrote.",
        dir_okay=False,
    ),
]


def listed(names: str | None) -> list[str] | None:
    """Return the names in a list with commas; None if there is no list."""
    return None if names is None else [each.strip() for each in names.split(",") if each.strip()]


def read_skill_genome(path: Path | None) -> dict[str, Any] | None:
    """Return the genome in a file, or None if there is no file, or exit."""
    if path is None:
        return None
    try:
        genome = read_json(path)
    except OSError as error:
        fail(f"--skill-genome {path} cannot be read: {error.strerror}; give a file that can be")
    except ValueError as error:
        fail(f"--skill-genome {path} is no JSON: {error}")
    if not isinstance(genome, dict):
        fail(f"--skill-genome {path} must hold an object; `autoagent skill export` writes one")
    return genome


@dataclass(frozen=True, kw_only=True)
class Server:
    """How to reach an ``openai:`` model."""

    base_url: Annotated[str | None, typer.Option(help="Server of an openai: model.")] = None
    api_key: Annotated[
        str | None, typer.Option(help="Key of that server (better: OPENAI_API_KEY).")
    ] = None
    timeout: Annotated[float, typer.Option(help="Seconds an openai: answer may take.")] = 300.0

    def model(self, name: str, task: str) -> LLM:
        """Return the model of that name, or exit: a recording has nothing to say to a new task."""
        if name.startswith(RECORDED):
            fail(f"--llm {name}: a {task} needs a model; give smollm2, gguf: or openai:")
        return load(name, **asdict(self))


@dataclass(frozen=True, kw_only=True)
class PricedServer(Server):
    """How to reach an ``openai:`` model, and what it costs."""

    price_in: Annotated[float, typer.Option(help="Money per million tokens in.", min=0)] = 0.0
    price_out: Annotated[float, typer.Option(help="Money per million tokens out.", min=0)] = 0.0

    def actor(self, name: str) -> LLM | str:
        """Return the model of that name; a recording stays a name, which the journal resolves."""
        return name if name.startswith(RECORDED) else load(name, **asdict(self))

    def check(self, name: str, cost: float | None) -> None:
        """Exit where a bound of the cost would bound nothing."""
        priced = self.price_in or self.price_out
        if cost is not None and name.startswith("openai:") and not priced:
            fail("--cost bounds nothing without prices: give --price-in and --price-out, too")
