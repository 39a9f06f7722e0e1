"""The bundled translation tasks for Inspect (https://inspect.aisi.org.uk).

``inspect eval autoagent/translation --model ...`` finds them through an entry point.
"""

from __future__ import annotations

from functools import cache

from anyio import to_thread
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, accuracy, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate, system_message

from autoagent.llm import code_frame, extract_block
from autoagent.similarity import Length, Similarity

# Inspect looks for one module of this name alone, so this one brings along those tasks, too.
from autoagent.tasks.inspect_task import PREFIX, published
from genetic.executors import open_executor
from genetic.search.text import cut
from genetic.translate.judge import Judge, Judgement
from genetic.translate.problem import LANGUAGE, TARGET, Problem, select
from genetic.translate.prompts import Prompts
from genetic.translate.settings import Settings
from genetic.translate.tasks import BundledTask, load_tasks
from sandbox.programs import SOURCES, TARGETS

LONGEST_EXPLANATION = 1_000


@task(name=f"{PREFIX}translation")
@published
def translation(tasks: str | list[str] = "*") -> Task:
    """Translate JavaScript programs to C: one answer for each, judged on the hidden inputs.

    Args:
        tasks: Names of bundled tasks, as in a shell.
    """
    # Inspect's command line makes a list of what is separated by commas.
    chosen = select(tasks if isinstance(tasks, str) else ",".join(tasks))
    return Task(
        dataset=MemoryDataset([_sample(bundled) for bundled in chosen]),
        solver=[system_message(code_frame(TARGETS[TARGET].title, TARGET).system), generate()],
        scorer=hidden_inputs(),
    )


@scorer(
    name=f"{PREFIX}hidden_inputs",
    metrics={"exact": [mean(), stderr()], "solved": [accuracy(), stderr()]},
)
@published
def hidden_inputs() -> Scorer:
    """Score a program: the share of the hidden inputs that it does right, and whether all."""

    async def score(state: TaskState, target: Target) -> Score:
        program = extract_block(state.output.completion, TARGET) or ""
        judgement = await to_thread.run_sync(_judged, str(state.sample_id), program)
        fitness = judgement.fitness
        return Score(
            value={"exact": fitness.rate, "solved": int(fitness.correct)},
            answer=program,
            explanation=cut(judgement.compile_errors, LONGEST_EXPLANATION),
            metadata={
                "compile_errors": fitness.compile_errors,
                "unique": fitness.unique,
                "fuel": judgement.fuel,
            },
        )

    return score


def _sample(bundled: BundledTask) -> Sample:
    """Return what a model is asked: what the engine asks for a first translation."""
    words = {
        "from_language": SOURCES[LANGUAGE].title,
        "to_language": TARGETS[TARGET].title,
        "source": bundled.source,
    }
    return Sample(
        id=bundled.name,
        input=Prompts().fill("translate", words, Settings().prompt_chars),
        metadata={"level": bundled.level, "title": bundled.title},
    )


def _judged(name: str, program: str) -> Judgement:
    return _judge(name).judge(program)


@cache
def _judge(name: str) -> Judge:
    """Return the judge of a task's hidden inputs."""
    (bundled,) = load_tasks(name)
    return Judge(
        Problem.of(bundled).hidden,
        target=TARGET,
        executor=open_executor("local"),
        # How close a wrong output is does not count here.
        similarity=Similarity([(Length(), 1.0)]),
    )
