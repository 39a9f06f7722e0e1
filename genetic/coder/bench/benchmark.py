"""Completes each pair in each way, pair by pair, so that what is cut short is fair all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from autoagent.analyzers import Tools
from autoagent.llm import LLM, Constrainable, LLMError
from autoagent.meter import SuspendedError
from autoagent.stoppable import Interrupted
from genetic.coder.bench.arms import Arm
from genetic.coder.config import Config
from genetic.coder.dataset import Pair
from genetic.coder.evaluation import Evaluation, Row
from genetic.remembering import remembering


class Benchmark:
    """Arms and pairs. Each arm is an evaluation; what is finished is kept, and not done again.

    Arms ask under the same names, so with the same seeds: what several ask alike is answered once.

    Args:
        arms: What is compared.
        pairs: What is completed.
        config: What all arms have in common.
        folder: Where evaluations are kept.
        llm: The model; the same one constrained answers in arms that want it so.
        repeats: How often each pair is completed.
        on_step: Told of each step.

    Raises:
        LLMError: An arm is constrained, and the model cannot be.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        pairs: Sequence[Pair],
        *,
        config: Config,
        folder: Path,
        llm: LLM,
        repeats: int,
        on_step: Callable[[str], None],
    ) -> None:
        self._arms, self._pairs, self._config = arms, pairs, config
        self._folder, self._repeats = folder, repeats
        self._llms = {held: remembering(_held(llm) if held else llm) for held in _kinds(arms)}
        self._on_step = on_step
        self._present: Evaluation | None = None
        self._stopped = False

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; what is finished is kept."""
        self._stopped = True
        if self._present is not None:
            self._present.pause()

    def kill(self) -> None:
        """Stop at once."""
        self._stopped = True
        if self._present is not None:
            self._present.kill()

    def run(self) -> Iterator[Row]:
        """Yield a row for each pair, repeat and arm.

        Raises:
            Interrupted: It was paused or killed; the same call goes on.
            LLMError: A model gave no answer.
            JournalError: A journal cannot be written.
            SandboxError: What an analyzer needs is missing here.
            ValueError: What is kept is damaged, or of other settings.
        """
        with closing(Tools()) as tools:
            evaluations = {arm.name: self._evaluation(arm, tools) for arm in self._arms}
            for repeat in range(self._repeats):
                for pair in self._pairs:
                    for llm in self._llms.values():
                        llm.forget()
                    for name, evaluation in evaluations.items():
                        yield {"arm": name, **self._row(evaluation, pair, repeat)}

    def _row(self, evaluation: Evaluation, pair: Pair, repeat: int) -> Row:
        known = evaluation.known(pair, repeat)
        if known is not None:
            return known
        self._present = evaluation
        if self._stopped:
            raise Interrupted("it was stopped")
        try:
            return evaluation.complete(pair, repeat)
        except SuspendedError as error:
            raise Interrupted(str(error)) from None

    def _evaluation(self, arm: Arm, tools: Tools) -> Evaluation:
        settings = replace(self._config.settings, **arm.settings)
        llm = self._llms[arm.constrained]
        return Evaluation(
            replace(self._config, settings=settings),
            self._pairs,
            self._folder / "arms" / arm.name,
            llms=[llm],
            repeats=self._repeats,
            on_step=lambda line: self._on_step(f"{arm.name}, {line}"),
            tools=tools,
            clock=llm.clock,
        )


def _kinds(arms: Sequence[Arm]) -> set[bool]:
    """Return whether arms are constrained: some are, some are not."""
    return {arm.constrained for arm in arms}


def _held(llm: LLM) -> LLM:
    if not isinstance(llm, Constrainable):
        raise LLMError(f"{llm.name} cannot be constrained; leave out the arms that are")
    return llm.constrained()
