"""Questions about wrong translations, worded as a search words them, and a model's own mistakes."""

from __future__ import annotations

import random
from collections.abc import Sequence

from autoagent.asker import Question
from autoagent.llm import LLM, Batched, Completion, extract_block
from autoagent.similarity import Length, Similarity
from genetic.executors import Executor
from genetic.translate.forge.asked import FRAME, LANGUAGE, PROMPTS, TARGET
from genetic.translate.forge.c import INCLUDES
from genetic.translate.forge.mends import broken
from genetic.translate.forge.verify import Trial
from genetic.translate.judge import Judge, Judgement
from genetic.translate.operators import TextOperators
from genetic.translate.proposer import Proposer
from genetic.translate.settings import Settings
from genetic.translate.task import Task, Test

ROOM = 6_000
"""Characters of a question."""
LONGEST = 700
"""Tokens of a draft."""
SLIPS = 8
"""Tries to break a program."""
SETTINGS = Settings(prompt_chars=ROOM)


class Mending:
    """Tries translations of one program, and words what a model is asked about those that fail.

    Args:
        trial: The program, with a right translation and inputs.
        outputs: What it prints for each of them.
        executor: Where translations are compiled and run.
    """

    def __init__(self, trial: Trial, outputs: Sequence[bytes], executor: Executor) -> None:
        ran = zip(trial.inputs, outputs, strict=True)
        self._task = Task(
            source=trial.javascript,
            language=LANGUAGE,
            tests=tuple(Test(str(number), *each) for number, each in enumerate(ran, 1)),
        )
        self._trial = trial
        self._judge = Judge(
            self._task,
            target=TARGET,
            executor=executor,
            similarity=Similarity([(Length(), 1.0)]),
        )

    def question(self, program: str, rng: random.Random) -> str | None:
        """Return what a search would ask about a translation; None if it is right.

        Raises:
            SandboxError: What compiles or runs it is missing.
        """
        judgement = self._judge.judge(program)
        return None if judgement.fitness.correct else self._asked(program, judgement, rng)

    def slip(self, rng: random.Random) -> str | None:
        """Return a question about the right translation with a slip in it; None if none breaks it.

        Raises:
            SandboxError: What compiles or runs it is missing.
        """
        for _ in range(SLIPS):
            body = broken(rng, self._trial.c.removeprefix(INCLUDES))
            if body is not None and (asked := self.question(INCLUDES + body, rng)):
                return asked
        return None

    def _asked(self, program: str, judgement: Judgement, rng: random.Random) -> str:
        # A proposer of a search words it, so that what is taught is what is asked.
        asked: list[str] = []

        def heard(question: Question) -> Completion:
            asked.append(str(question.query))
            return Completion(text="", tokens_in=0, tokens_out=0, finish="stop", model="")

        Proposer(
            task=self._task,
            target=TARGET,
            prompts=PROMPTS,
            operators=TextOperators(),
            settings=SETTINGS,
            ask=heard,
            name="",
            model=0,
        ).mend("", program, judgement, rng)
        return asked[0]


def drafts(llm: LLM, sources: Sequence[str], seeds: Sequence[int]) -> list[str]:
    """Return a model's own translations, sampled as a search samples its first ones.

    Args:
        llm: Is asked for all at once, if it can be.
        sources: Programs.
        seeds: One for each.

    Returns:
        Programs of C; empty texts where the model wrote none.

    Raises:
        LLMError: The model cannot answer.
    """
    temperature = SETTINGS.first_temperature
    if isinstance(llm, Batched):
        answers = llm.complete_batch(
            sources, seeds=seeds, temperature=temperature, max_tokens=LONGEST, frame=FRAME
        )
    else:
        answers = [
            llm.complete(
                source, seed=seed, temperature=temperature, max_tokens=LONGEST, frame=FRAME
            )
            for source, seed in zip(sources, seeds, strict=True)
        ]
    return [extract_block(answer.text, TARGET) or "" for answer in answers]
