"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autoagent.walls import WALLS

DEFAULT_STEPS = 20


class PolicyChoice(StrEnum):
    """Values of --policy."""

    strict = "strict"
    open = "open"


class OnHarmChoice(StrEnum):
    """Values of --on-harm."""

    death = "death"
    feedback = "feedback"


RunArgument = Annotated[str, typer.Argument(help="Id of a run, a prefix of it, or 'last'.")]
DbOption = Annotated[
    Path | None, typer.Option("--db", help="Journal file (default: your own).", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]

# The wall
SandboxOption = Annotated[str, typer.Option(help=f"Wall to live behind: {', '.join(WALLS)}.")]
ImageOption = Annotated[
    str | None, typer.Option(help="Base image of the docker wall (default: made of this Python).")
]
RuntimeOption = Annotated[
    str | None, typer.Option(help="Runtime of the docker wall, such as runsc.")
]
UnsafeOption = Annotated[
    bool, typer.Option("--unsafe", help="Use the process wall though layers of it are missing.")
]
PolicyOption = Annotated[
    PolicyChoice, typer.Option(help="'open' skips the policy and relies on the wall alone.")
]
FuelOption = Annotated[
    int | None, typer.Option(help="CPU budget of a step (default 10^11, about 10 s).")
]
MemoryOption = Annotated[int | None, typer.Option(help="Memory limit in MiB (default 256).")]

# The budget
StepsOption = Annotated[
    int | None, typer.Option(help=f"Most steps (default {DEFAULT_STEPS} if no budget is given).")
]
TokensOption = Annotated[int | None, typer.Option(help="Most tokens, in and out together.")]
SecondsOption = Annotated[float | None, typer.Option(help="Most wall-clock seconds.")]
CostOption = Annotated[float | None, typer.Option(help="Most money, in the unit of --price-*.")]
SkillCallsOption = Annotated[int | None, typer.Option(help="Most calls of skills.")]

# The model
ApproveOption = Annotated[bool, typer.Option("--approve", help="Ask before each execution.")]
BaseUrlOption = Annotated[str | None, typer.Option(help="Server of an openai: model.")]
ApiKeyOption = Annotated[
    str | None, typer.Option(help="Key of that server (better: OPENAI_API_KEY).")
]
PriceInOption = Annotated[float, typer.Option(help="Money per million tokens in.", min=0)]
PriceOutOption = Annotated[float, typer.Option(help="Money per million tokens out.", min=0)]
TimeoutOption = Annotated[float, typer.Option(help="Seconds an openai: answer may take.")]
