"""What a file may set: each key is called like an option, and is its default."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict  # which pydantic needs before Python 3.12

from autoagent.numbers import LARGEST

Count = Annotated[int, Field(gt=0, lt=LARGEST)]
Amount = Annotated[float, Field(gt=0, lt=LARGEST, allow_inf_nan=False)]
Price = Annotated[float, Field(ge=0, lt=LARGEST, allow_inf_nan=False)]
STRICT = ConfigDict(extra="forbid", strict=True)


class Budgets(TypedDict, total=False):
    """What may be spent."""

    steps: Count
    tokens: Count
    seconds: Amount
    cost: Amount
    skill_calls: Count
    calls: Count


class Free(Budgets, total=False):
    """What the file of any folder may set."""

    genome: str
    json: bool


class Model(TypedDict, total=False):
    """Who is asked, what that costs, and how it is sampled."""

    llm: str
    base_url: str
    timeout: Amount
    price_in: Price
    price_out: Price
    temperature: Price
    max_tokens: Count


class Life(TypedDict, total=False):
    """How a life is lived."""

    sandbox: str
    policy: Literal["strict", "open"]
    on_harm: Literal["death", "feedback"]
    skills: str
    fuel: Count
    memory_mb: Count


class Machine(TypedDict, total=False):
    """How walls are built here, and where things are kept."""

    image: str
    runtime: str
    unsafe: bool
    share_workers: bool
    db: str


class Keys(Free, Model, Life, Machine, total=False):
    """All keys."""

    __pydantic_config__ = STRICT  # type: ignore[misc]


class File(Keys, total=False):
    """A file: keys, keys by the name of a profile, and the profile that is meant by default."""

    profile: str
    profiles: dict[str, Keys]


def names(*kinds: Any) -> frozenset[str]:
    """Return the keys of these kinds."""
    return frozenset(name for kind in kinds for name in kind.__annotations__)


ALL = names(Keys)
FREE = names(Free)
BUDGETS = names(Budgets)
FOR_MODELS = names(Budgets, Model) | {"genome"}
"""What concerns commands alone that can ask a server: others mean other things by such names."""
FOR_NEW_LIVES = names(Life) | {"llm", "temperature", "max_tokens", "genome"}
"""What a life has from its beginning on; whoever takes it up says so if that is to change."""
