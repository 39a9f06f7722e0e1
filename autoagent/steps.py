"""One step of a run as people and programs see it, made from the journal's events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from autoagent.asker import ORGANISM, Call, taken
from autoagent.cells import cell
from autoagent.journal import Event
from autoagent.known import known
from autoagent.llm import Query
from autoagent.organism import extract_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A heartbeat, the answer to it, and what came of that.

    Attributes:
        run: Id of the run.
        step: Number of the step, from 1.
        query: What the organism asked its model.
        response: The answer it was given.
        answered: What its model answered, where it was given something else: Python that was made
            of edits, or what a person put in its place. Empty where it was given that.
        harm: Harmful violations in the code: kind, what, line.
        stdout: What the code printed.
        error: The error of the code, or of the death; empty when there was none.
        genome: Hash of the genome afterwards.
        changed: Names of the definitions that changed.
        state: Names of attributes and variables that were assigned.
        alive: Whether the organism asked again.
        cause: Cause of death, or None.
        tokens_in: Tokens into the model for this answer, all attempts together.
        tokens_out: Tokens out of it.
        ms: Milliseconds from the query to the outcome.
        fuel: CPU used, in the wall's units; None where the wall has none.
    """

    run: str
    step: int
    query: Query
    response: str
    answered: str = ""
    harm: list[dict[str, Any]] = field(default_factory=list)
    stdout: str = ""
    error: str = ""
    genome: str = ""
    changed: list[str] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    alive: bool = True
    cause: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    ms: float = 0.0
    fuel: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the step as a JSON object, with what was answered where it was something else."""
        told = asdict(self)
        return told if self.answered else {name: told[name] for name in told if name != "answered"}

    def _repr_html_(self) -> str:
        """Return the step as a notebook shows it."""
        harm = [f"line {each['line']}: {each['what']}" for each in self.harm]
        rows = {
            "harm": "\n".join(harm),
            "printed": self.stdout,
            "error": self.error,
            "changed": ", ".join(self.changed),
            "set": ", ".join(self.state),
            "ended": self.cause,
            "tokens": f"{self.tokens_in} in, {self.tokens_out} out",
        }
        code = extract_code(self.response) or self.response
        return cell(f"step {self.step} of run {self.run}", rows, code=code)


def fold(run: str, events: Iterable[Event]) -> Iterator[Step]:
    """Yield the completed steps of a run from its events, in order."""
    query: Query = ""
    said: list[Call] = []
    reply, tokens_in, tokens_out = {"text": ""}, 0, 0
    for event in events:
        match event.kind:
            case "heartbeat":
                query, said, tokens_in, tokens_out = event.data["query"], [], 0, 0
            case "call":
                tokens_in += event.data["tokens_in"]
                tokens_out += event.data["tokens_out"]
                if event.data["key"].startswith(ORGANISM):
                    said.append(Call.of(event.data))
            case "reply":
                reply = event.data
            case "outcome":
                yield Step(
                    run=run,
                    query=query,
                    response=reply["text"],
                    answered=answered(said, reply["text"]),
                    tokens_in=tokens_in,
                    tokens_out=tokens_out,
                    **known(Step, event.data),
                )


def answered(said: Sequence[Call], given: str) -> str:
    """Return what a model answered to an organism that was given something else; else nothing.

    Args:
        said: Its answers.
        given: What the organism was given.
    """
    texts = [call.completion.text for call in said]
    return taken(said).completion.text if said and given not in texts else ""
