"""Turns that are scored at once, and how they are dealt anew for steps on parts of them.

A step on a minibatch (as in PPO, Schulman et al. 2017) ascends the sum over its turns, divided by
as large a part of the episodes as its turns are of all. Its turns are drawn without regard to what
they are, so before any of them is learned from its gradient has the expectation of the whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.nn.utils.rnn import pad_sequence

from rl.episode import Decision


@dataclass(slots=True)
class Batch:
    """Turns that are scored at once.

    Attributes:
        decisions: Theirs.
        advantages: Shape (decisions,).
        before: Log-probabilities before the first step of the update, once they are known.
    """

    decisions: list[Decision]
    advantages: torch.Tensor
    before: torch.Tensor | None = None


def apart(batch: Batch) -> Iterator[Batch]:
    """Yield the turns of a batch one by one; what they were like before is known."""
    assert batch.before is not None
    for index, decision in enumerate(batch.decisions):
        before = batch.before[index : index + 1, : len(decision.tokens)]
        yield Batch([decision], batch.advantages[index : index + 1], before)


def together(turns: Sequence[Batch]) -> Batch:
    """Return a batch of turns that were taken apart."""
    before = [turn.before[0] for turn in turns if turn.before is not None]
    return Batch(
        [turn.decisions[0] for turn in turns],
        torch.cat([turn.advantages for turn in turns]),
        pad_sequence(before, batch_first=True),
    )
