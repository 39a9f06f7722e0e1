"""How much better than expected each turn was, and all of them on one scale if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

import torch

SMALLEST = 1e-8
"""Deviation of advantages that do not differ."""

Rows = Sequence[Sequence[float]]
"""A number for each turn of each episode."""


def advantages(gains: Rows, baselines: Rows, *, normalised: bool = False) -> list[list[float]]:
    """Return G_k - b_k of each turn of each episode.

    Args:
        gains: Return-to-go.
        baselines: What is subtracted.
        normalised: Whether they are brought to zero mean and unit deviation over all turns (as in
            PPO, Schulman et al. 2017). The step then does not depend on the scale of rewards; but
            it is no estimate of the gradient any more, and one large loss makes all else small.
    """
    rows = [
        [gain - baseline for gain, baseline in zip(*pair, strict=True)]
        for pair in zip(gains, baselines, strict=True)
    ]
    return _normalised(rows) if normalised else rows


def _normalised(rows: Rows) -> list[list[float]]:
    flat = torch.tensor([value for row in rows for value in row], dtype=torch.float64)
    deviation, mean = torch.std_mean(flat, correction=0)
    scaled = iter(((flat - mean) / (deviation + SMALLEST)).tolist())
    return [[next(scaled) for _ in row] for row in rows]
