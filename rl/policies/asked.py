"""A policy that asks: a model behind a server, or a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from typing import Any

import torch

from autoagent.llm import LLM
from genetic.executors.local import LocalExecutor
from rl.episode import Decision

SEEDS = 1 << 31


class Asked:
    """Answers queries by asking a model, several at a time; it cannot be trained.

    Args:
        llm: Who is asked.
        temperature: Of sampling.
        max_tokens: The longest answer.
        beside: How many questions may be open at once; a person is asked one after the other, in
            this thread, where Ctrl-C ends the waiting.
    """

    def __init__(self, llm: LLM, *, temperature: float, max_tokens: int, beside: int = 1) -> None:
        self._llm = llm
        self._temperature = temperature
        self._max_tokens = max_tokens
        # Its threads let the program end while a server is silent.
        self._pool = None if beside == 1 else LocalExecutor(beside)

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Answer each query.

        Raises:
            LLMError: The model cannot be reached, or a setting is wrong.
            SuspendedError: What it may take is used up, or it is to stop (`rl.policies.paid`).
        """
        seeds = [int(torch.randint(SEEDS, (1,), generator=each)) for each in generators]
        queries = [str(observation["query"]) for observation in observations]
        nothing = torch.zeros(0)
        return [
            Decision(action=text, context=nothing, tokens=nothing, log_probs=nothing)
            for text in self._answers(queries, seeds)
        ]

    def _answers(self, queries: Sequence[str], seeds: Sequence[int]) -> Iterator[str]:
        if self._pool is None:
            return map(self._answer, queries, seeds)
        asked = [
            self._pool.submit(self._answer, *each) for each in zip(queries, seeds, strict=True)
        ]
        wait(asked)  # what one fails with must not hide what the others cost
        return (each.result() for each in asked)

    def _answer(self, query: str, seed: int) -> str:
        completion = self._llm.complete(
            query, seed=seed, temperature=self._temperature, max_tokens=self._max_tokens
        )
        return completion.text
