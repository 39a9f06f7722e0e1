"""The bundled tasks for Inspect (https://inspect.aisi.org.uk).

``inspect eval autoagent/tasks --model ...`` finds them through an entry point. Inspect's model
answers the queries of a life, and the life is judged as in ``autoagent bench tasks``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from anyio import from_thread, to_thread
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    Model,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, accuracy, grouped, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from autoagent.first_genome import first_genome
from autoagent.llm import PYTHON, Completion, Frame, Query
from autoagent.llm.framing.prompt import messages
from autoagent.tasks.attempt import Attempt, Attempted, Setup
from autoagent.tasks.examiner import Examiner
from autoagent.tasks.task import select
from autoagent.walls import open_wall
from sandbox.extras import clone
from sandbox.session import Sandbox

F = TypeVar("F", bound=Callable[..., Any])
FOUND = "autoagent"
"""Where a sample's state holds what came of its life."""
PREFIX = "autoagent/" if clone() else ""
"""Inspect itself puts the package before a name, but not in a clone: there it looks for a
distribution that is called like the package."""
ROLES: dict[str, Callable[..., ChatMessage]] = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
}


def published(function: F) -> F:
    """Let Inspect, which names things after their package, name this one as people know it."""
    function.__module__ = "autoagent"
    return function


@task(name=f"{PREFIX}tasks")
@published
def tasks(
    tasks: str | list[str] = "*",
    genome: str = "capable",
    seed: int = 0,
    steps: int | None = None,
    db: str | None = None,
) -> Task:
    """Have agents do the bundled tasks, and judge behind a wall what they leave.

    Args:
        tasks: Names of tasks, kinds or levels, as in a shell.
        genome: What lives begin with: small, capable or a file.
        seed: What the tasks are drawn with.
        steps: Most steps of a life; by default as its level has it.
        db: The journal's file; by default the user's own.
    """
    # Inspect's command line makes a list of what is separated by commas.
    chosen = select(tasks if isinstance(tasks, str) else ",".join(tasks))
    samples = [
        Sample(
            id=each.name,
            input=_examiner().pose(each, seed)["prompt"],
            metadata={"kind": each.kind, "level": each.level, "title": each.title},
        )
        for each in chosen
    ]
    return Task(
        dataset=MemoryDataset(samples),
        solver=life(genome, seed, steps, db),
        scorer=what_is_left(),
    )


@solver(name=f"{PREFIX}life")
@published
def life(genome: str, seed: int, steps: int | None, db: str | None) -> Solver:
    """Live a life whose queries the evaluated model answers."""
    first_genome(genome)  # a wrong one is told now

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = _Asked(get_model())
        setup = Setup(
            wall=_wall(),
            examiner=_examiner(),
            db=None if db is None else Path(db),
            steps=steps,
        )

        def lived() -> Attempted:
            (chosen,) = select(str(state.sample_id))
            posed = setup.examiner.pose(chosen, seed)
            born = first_genome(genome)
            return Attempt(chosen, posed, llm=model, genome=born, seed=seed, setup=setup).live()

        found = await to_thread.run_sync(lived)
        spent = found.ended.spent
        state.metadata[FOUND] = {
            "wrong": found.wrong,
            "run": found.run,
            "cause": found.ended.cause.value,
            "steps": spent.steps,
            "tokens": spent.tokens,
            "result": found.ended.result,
        }
        return state

    return solve


@scorer(
    name=f"{PREFIX}what_is_left",
    metrics=[grouped(accuracy(), "kind", all_label="solved"), stderr()],
)
@published
def what_is_left() -> Scorer:
    """Score a life: whether it solved its task."""

    async def score(state: TaskState, target: Target) -> Score:
        found = state.metadata[FOUND]
        return Score(
            value=int(not found["wrong"]),
            answer=str(found["result"]),
            explanation=found["wrong"] or "solved",
            metadata={name: found[name] for name in ("run", "cause", "steps", "tokens")},
        )

    return score


class _Asked:
    """Inspect's model as one that answers an organism; asked from a thread of its own.

    Args:
        model: Inspect's.
    """

    def __init__(self, model: Model) -> None:
        self.name = str(model)
        self._model = model

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
        """Ask it; see `autoagent.llm.LLM.complete`."""
        asked = [ROLES[each["role"]](content=each["content"]) for each in messages(query, frame)]
        config = GenerateConfig(seed=seed, temperature=temperature, max_tokens=max_tokens)
        output = from_thread.run(lambda: self._model.generate(asked, config=config))
        if on_text is not None:
            on_text(output.completion)
        usage = output.usage
        return Completion(
            text=output.completion,
            tokens_in=usage.input_tokens if usage else 0,
            tokens_out=usage.output_tokens if usage else 0,
            finish="length" if output.stop_reason == "max_tokens" else "stop",
            model=self.name,
        )

    def close(self) -> None:
        """Do nothing: the model is Inspect's."""


@cache
def _examiner() -> Examiner:
    return Examiner()


@cache
def _wall() -> Sandbox:
    return open_wall("wasm")
