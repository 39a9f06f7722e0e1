"""What came of an answer: a heartbeat or a death, with an account of the step between.

The account is told by the world below the organism, and so by a stranger: `Account.of` takes it for
what it says, or for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.death import Cause
from autoagent.llm import Query
from autoagent.message import Data, MalformedError, typed
from sandbox.verdict import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened between two heartbeats, as recorded below the organism.

    Attributes:
        stdout: What its code printed.
        error: The error of the code it executed, empty when there was none; after a death, what
            ended it.
        changed: Names of the definitions that changed.
        state: Names of attributes and variables that were assigned.
        genome: Hash of the genome afterwards.
        harm: Violations of the kind ``harm`` in the code.
        fuel: CPU used, in the wall's fuel units; None where the wall has none.
    """

    stdout: str = ""
    error: str = ""
    changed: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    genome: str = ""
    harm: tuple[Violation, ...] = ()
    fuel: int | None = None

    def as_dict(self) -> Data:
        """Return it as a JSON object."""
        return asdict(self) | {
            "changed": list(self.changed),
            "state": list(self.state),
            "harm": [violation.as_dict() for violation in self.harm],
        }


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The organism asks its model `query`, and waits."""

    query: Query
    outcome: Outcome

    def as_dict(self) -> Data:
        """Return it as a JSON object, the outcome's fields beside its own."""
        return self.outcome.as_dict() | {"alive": True, "cause": None, "query": self.query}


@dataclass(frozen=True, slots=True)
class Death:
    """The life is over.

    Attributes:
        cause: Of death.
        detail: In words.
        outcome: What happened since the last heartbeat.
        result: What a life that finished was to bring.
    """

    cause: Cause
    detail: str
    outcome: Outcome
    result: Any = None

    def as_dict(self) -> Data:
        """Return it as a JSON object, the outcome's fields beside its own."""
        return self.outcome.as_dict() | {"alive": False, "cause": self.cause.value, "query": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a guest tells of a step.

    Attributes:
        stdout: What was printed.
        error: What went wrong.
        changes: Sources of definitions that changed, by name; None for one that is gone.
        names: What was assigned.
    """

    stdout: str
    error: str
    changes: Mapping[str, str | None]
    names: tuple[str, ...]

    @classmethod
    def of(cls, data: Data) -> Account:
        """Read what a guest sent.

        Raises:
            MalformedError: It is no account.
        """
        changes, names = typed(data, "changes", dict), typed(data, "names", list)
        if not all(isinstance(text, str | None) for text in changes.values()):
            raise MalformedError("the source of a definition is not text")
        if not all(isinstance(name, str) for name in names):
            raise MalformedError("a name is not text")
        return cls(
            stdout=typed(data, "stdout", str),
            error=typed(data, "error", str),
            changes=changes,
            names=tuple(names),
        )

    @property
    def texts(self) -> Iterator[str]:
        """All that it says but sources, which have a bound of their own."""
        yield from (self.stdout, self.error, *self.names)
