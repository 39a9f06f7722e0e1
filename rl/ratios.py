"""Ratios of likelihoods, within bounds: several steps on what was lived once, and its corrections.

Both give a factor for each token, beside log-probabilities that are zero where nothing was sampled.
"""

from __future__ import annotations

import torch


def clipped(
    log_probs: torch.Tensor, before: torch.Tensor, advantages: torch.Tensor, bound: float
) -> torch.Tensor:
    """Return the ratio of each token's likelihood to the one before the update, clipped.

    The clipped surrogate of PPO (Schulman et al. 2017), min(r A, clip(r, 1 - ε, 1 + ε) A), without
    its advantage A: where a likelihood has moved by more than the bound to where its advantage
    wants it, nothing moves it further. Before the first step the ratio r is 1, and so its gradient
    is that of log π: the surrogate's is then REINFORCE's.

    Args:
        log_probs: Shape (decisions, length), with gradient.
        before: The same before the first step of the update.
        advantages: Shape (decisions,).
        bound: ε.
    """
    ratios = (log_probs - before).exp()
    wanted = advantages[:, None] >= 0
    return torch.where(wanted, ratios.clamp(max=1 + bound), ratios.clamp(min=1 - bound))


def truncated(before: torch.Tensor, sampled: torch.Tensor, cap: float) -> torch.Tensor:
    """Return what each token weighs, since it was sampled from not quite what is trained.

    Sampler and trainer compute the same model in different ways. A token's weight is how likely
    the trainer holds it, relative to the sampler, and at most the cap (truncated importance
    sampling, Ionides 2008; for language models Yao et al. 2025), so that none weighs too much.

    Args:
        before: Log-probabilities when scored, before the first step of the update.
        sampled: Log-probabilities when sampled.
        cap: The largest weight.
    """
    return (before - sampled).exp().clamp(max=cap)
