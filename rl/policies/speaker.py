"""What decides by answering queries with a causal language model."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import torch

from autoagent.llm import PYTHON
from autoagent.llm.causal.answering import Answering
from autoagent.llm.causal.sample import NoNumbers, sample
from autoagent.llm.causal.template import Template
from autoagent.llm.constrained import Vocabulary
from rl.episode import Decision
from rl.policies.policy import Diverged


class Speaker:
    """Answers as the model does when it runs as an agent, and says how likely that was.

    An observation is a query, or a dict that holds one under ``query``. The action is the text of
    the answer, its opening and closing included. What leaves the speaker lies on the processor,
    wherever the model computes.

    Args:
        model: A causal language model in evaluation mode.
        template: Writes its prompts.
        temperature: Of the distribution that is sampled, above 0.
        max_tokens: The longest answer.
        batch: How many answers are sampled side by side.
        precision: Makes a context to compute in.
        vocabulary: Of the model, if its code is held to what Python can be.

    Raises:
        LLMError: There is no room for a prompt beside so long an answer.
        ValueError: A setting is impossible.
    """

    def __init__(
        self,
        model: Any,
        template: Template,
        *,
        temperature: float = 1.0,
        max_tokens: int = 128,
        batch: int = 32,
        precision: Callable[[], contextlib.AbstractContextManager[Any]] = contextlib.nullcontext,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        require_possible(temperature, batch)
        template.prompt("", max_tokens)  # an impossible length is told now
        self.temperature = temperature
        self.max_tokens = max_tokens
        self._model = model
        self._template = template
        self._batch = batch
        self._precision = precision
        self._vocabulary = vocabulary

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Answer each query.

        Raises:
            Diverged: The model computes no numbers.
        """
        decisions = []
        for start in range(0, len(observations), self._batch):
            part = slice(start, start + self._batch)
            decisions += self._answer(observations[part], generators[part])
        return decisions

    def allowed(self, decisions: Sequence[Decision]) -> list[torch.Tensor] | None:
        """Return which tokens could be drawn at each place of answers; None where all could."""
        if self._vocabulary is None:
            return None
        found = (self._vocabulary.along(PYTHON, each.tokens.tolist()) for each in decisions)
        return [torch.from_numpy(places) for places in found]

    def _answer(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        prompts = [
            self._template.prompt(_query(observation), self.max_tokens).tokens
            for observation in observations
        ]
        answers = [self._answering() for _ in prompts]
        try:
            with self._precision():
                sample(
                    self._model,
                    prompts,
                    answers,
                    generators,
                    temperature=self.temperature,
                    pad=self._template.pad,
                )
        except NoNumbers as error:
            raise Diverged(str(error)) from error
        return [
            Decision(
                action=answer.text(),
                context=torch.tensor(prompt),
                tokens=torch.tensor(answer.tokens),
                log_probs=torch.tensor(answer.log_probs),
                cut=answer.cut,
            )
            for prompt, answer in zip(prompts, answers, strict=True)
        ]

    def _answering(self) -> Answering:
        held = None if self._vocabulary is None else self._vocabulary.held(PYTHON)
        return Answering(self._template, PYTHON, self.max_tokens, held=held)


def require_possible(temperature: float, batch: int) -> None:
    """Refuse what nobody can sample with, before a model is loaded.

    Raises:
        ValueError: The message says what is impossible.
    """
    if not 0 < temperature < float("inf"):
        raise ValueError(f"temperature must be above 0, and finite, got {temperature}")
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")


def _query(observation: Any) -> str:
    query = observation if isinstance(observation, str) else observation["query"]
    return str(query)
