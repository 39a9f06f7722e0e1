"""What every model is: something that completes a query."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query

CONSTRAINED = "constrained"
"""The kind of a model that is held to what Python can be; the model's own name stands behind it."""


class LLMError(Exception):
    """A setting is wrong: an unknown model, a missing or corrupt file, no key."""


class LLMUnreachable(LLMError):
    """The model did not answer, or did not answer sensibly; asking later may work.

    Attributes:
        tokens: What was used up all the same, in and out.
        cost: What that costs.
    """

    tokens = 0
    cost = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer of a model.

    Attributes:
        text: What the model said.
        tokens_in: Tokens of the query in its frame.
        tokens_out: Tokens of the answer.
        finish: Whether the model stopped by itself or was cut at `max_tokens`.
        model: The name of the model.
        cost: Money, in the currency of the prices given.
        shortened: Whether the query was cut in the middle to fit the model's context.
    """

    text: str
    tokens_in: int
    tokens_out: int
    finish: Literal["stop", "length"]
    model: str
    cost: float = 0.0
    shortened: bool = False


class LLM(Protocol):
    """A model that answers a query with a text.

    It may offer more, see `Countable`, `Timed`, `Gradual`, `Batched`, `Tuned`, `Loaded` and
    `Constrainable`.
    """

    name: str

    def complete(
        self,
        query: Query,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer a query.

        Args:
            query: What to say to the model; the frame is added here.
            seed: The same seed gives the same answer where the model allows it.
            temperature: 0 always takes the likeliest token.
            max_tokens: The answer is cut after so many tokens.
            on_text: Called with each piece of the answer as it comes.
            frame: What stands around the query, and what the answer must look like.

        Raises:
            LLMError: A setting is wrong.
            LLMUnreachable: The model gave no sensible answer.
        """
        ...

    def close(self) -> None:
        """Give back what the model holds: memory, connections."""
        ...


@runtime_checkable
class Countable(Protocol):
    """A model that can tell what a query takes before it is asked."""

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        """Return the most tokens that the query takes in its frame."""
        ...


@runtime_checkable
class Timed(Protocol):
    """A model that can be given less time for an answer.

    One that streams to `on_text` needs it less: it stops when that raises an error.
    """

    def within(self, seconds: float) -> LLM:
        """Return the same model, with at most so many seconds for each answer."""
        ...


@runtime_checkable
class Gradual(Protocol):
    """A model that takes its time to read a long query, and can tell how far it is."""

    def reporting(self, on_read: Callable[[int, int], None]) -> LLM:
        """Return the same model, which tells how many tokens of how many it has read.

        Args:
            on_read: Called after each piece of a query. An error that it raises ends the answer.
        """
        ...


@runtime_checkable
class Batched(Protocol):
    """A model that answers many queries in less time than one after the other."""

    def complete_batch(
        self,
        queries: Sequence[Query],
        *,
        seeds: Sequence[int],
        temperature: float,
        max_tokens: int,
        frame: Frame = PYTHON,
    ) -> list[Completion]:
        """Answer queries side by side, each with its own seed; see `LLM.complete`."""
        ...


@runtime_checkable
class Constrainable(Protocol):
    """A model of which the tokens can be chosen from those that a grammar allows."""

    def constrained(self) -> LLM:
        """Return the same model, which says no token after which a block cannot be Python any more.

        Its name is ``constrained:`` and the model's own.

        Raises:
            LLMError: What that needs is missing.
        """
        ...


@runtime_checkable
class Tuned(Protocol):
    """A model that was trained to be sampled in a certain way.

    Attributes:
        temperature: Its sampling temperature; None if it does not matter.
        max_tokens: Its longest answer, in tokens; None if it does not matter.
    """

    temperature: float | None
    max_tokens: int | None


@runtime_checkable
class Bounded(Protocol):
    """A model of which it is known how much it can read.

    Attributes:
        context: Tokens that query and answer may take together.
    """

    @property
    def context(self) -> int:
        """Tokens that query and answer may take together."""
        ...


@runtime_checkable
class Loaded(Protocol):
    """A model that is loaded from files on this machine, which may be others tomorrow.

    Attributes:
        files: All that its answers depend on: weights, adapters, tokenizer and settings.
    """

    @property
    def files(self) -> Sequence[Path]:
        """All that its answers depend on: weights, adapters, tokenizer and settings."""
        ...


@runtime_checkable
class Suited(Protocol):
    """A model that does better with another first genome than the usual one.

    Attributes:
        genome: The name of that genome (see `autoagent.first_genome`).
    """

    genome: str


def own_name(name: str) -> tuple[str, bool]:
    """Return a model's own name, and whether it stood behind ``constrained:``."""
    own = name.removeprefix(f"{CONSTRAINED}:")
    return own, own != name


def expanded(path: str) -> Path:
    """Return a path with ``~`` as somebody's home.

    Raises:
        LLMError: There is no such person.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise LLMError(f"{path}: {error}; write the whole path") from None
