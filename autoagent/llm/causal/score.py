"""How likely given answers are, token by token, with gradients and little memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.checkpoint import checkpoint
from transformers import DynamicCache

from autoagent.llm.base import LLMError
from autoagent.llm.causal.cache import shared
from autoagent.llm.causal.sample import without

AT_ONCE = 512
"""Positions of which the logits of a whole vocabulary are held at a time."""
PROBE = [[1, 2, 3]]


class TokenScores(NamedTuple):
    """How likely answers are.

    Attributes:
        log_probs: Natural log-probability of each token, float32, shape (rows, longest answer);
            0 where there is no token.
        entropy: Of the distribution that each token was drawn from, in nats; the same shape.
        mask: 1.0 where a token stands, 0.0 at padding; the same shape.
    """

    log_probs: torch.Tensor
    entropy: torch.Tensor
    mask: torch.Tensor


def score(
    model: Any,
    prompts: Sequence[torch.Tensor],
    answers: Sequence[torch.Tensor],
    *,
    temperature: float = 1.0,
    allowed: Sequence[torch.Tensor] | None = None,
) -> TokenScores:
    """Return how likely each token of each answer is, given what stands before it.

    Rows are padded on the right. What stands there is never seen by a token before it, since the
    model is causal, so it needs no mask in the model, and its outputs are not used. What all
    prompts begin with is computed once; the gradient of every row flows through it.

    Args:
        model: A causal language model in evaluation mode, see `check_head`.
        prompts: Token ids of each prompt, shape (length,).
        answers: Token ids of each answer, shape (length,).
        temperature: The distribution is softmax(logits / temperature).
        allowed: Which tokens could be drawn at each place of each answer, shape (length,
            vocabulary); None where all could.

    Returns:
        Scores on the model's device, with gradients unless they are switched off.
    """
    rows = [torch.cat([*pair]) for pair in zip(prompts, answers, strict=True)]
    start = shared(model.config, [prompt.tolist() for prompt in prompts])
    states = hidden_states(model, rows, start)
    # the token at i is drawn from the state at i - 1
    before = [
        states[number, len(prompt) - 1 - start : len(row) - 1 - start]
        for number, (prompt, row) in enumerate(zip(prompts, rows, strict=True))
    ]
    tokens = torch.cat([*answers]).to(states.device)
    some = None if allowed is None else torch.cat([*allowed]).to(states.device)
    log_probs, entropy = _chosen(model, torch.cat(before), tokens, temperature, some)
    sizes = [len(answer) for answer in answers]
    mask = [torch.ones(size, device=states.device) for size in sizes]
    return TokenScores(
        _in_rows(log_probs, sizes), _in_rows(entropy, sizes), pad_sequence(mask, batch_first=True)
    )


def answer_loss(
    model: Any, prompts: Sequence[torch.Tensor], answers: Sequence[torch.Tensor]
) -> torch.Tensor:
    """Return the sum of the answers' negative log-likelihoods, with gradients.

    Faster than `score`, and with more memory: no entropies, and nothing is computed twice.

    Args:
        model: A causal language model in evaluation mode, see `check_head`.
        prompts: Token ids of each prompt, shape (length,).
        answers: Token ids of each answer, shape (length,).
    """
    states = hidden_states(
        model, [torch.cat([*pair]) for pair in zip(prompts, answers, strict=True)]
    )
    before = [
        states[number, len(prompt) - 1 : len(prompt) + len(answer) - 1]
        for number, (prompt, answer) in enumerate(zip(prompts, answers, strict=True))
    ]
    logits = model.get_output_embeddings()(torch.cat(before)).float()
    tokens = torch.cat([*answers]).to(logits.device)
    return torch.nn.functional.cross_entropy(logits, tokens, reduction="sum")


def hidden_states(model: Any, rows: Sequence[torch.Tensor], start: int = 0) -> torch.Tensor:
    """Return the last hidden state at each token from `start` on.

    Args:
        model: A causal language model.
        rows: Token ids, shape (length,).
        start: So many tokens, which must be the same in all rows, are computed once; see `shared`.

    Returns:
        States, shape (rows, longest row - start, hidden size).
    """
    ids = pad_sequence([*rows], batch_first=True).to(model.device)
    cache = None
    if start:
        cache = DynamicCache(config=model.config)
        model.base_model(input_ids=ids[:1, :start], past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(rows))
    output = model.base_model(
        input_ids=ids[:, start:], past_key_values=cache, use_cache=bool(start)
    )
    states: torch.Tensor = output.last_hidden_state
    return states


@torch.no_grad()
def check_head(model: Any, name: str) -> None:
    """Make sure that logits are the last hidden state times one matrix, as `score` computes them.

    Raises:
        LLMError: The model does more with them.
    """
    ids = torch.tensor(PROBE, device=model.device)
    whole = model(input_ids=ids, use_cache=False).logits
    ours = model.get_output_embeddings()(hidden_states(model, list(ids)))
    if whole.shape != ours.shape or not torch.allclose(whole, ours, rtol=1e-3, atol=1e-3):
        raise LLMError(
            f"{name} ({type(model).__name__}) changes its logits after its last layer; such a "
            "model runs, but cannot be trained here"
        )


def _in_rows(values: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    """Return values that stand in one line as rows of these sizes, padded with 0."""
    ends = list(accumulate(sizes))
    rows = [values[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    return pad_sequence(rows, batch_first=True)


def _chosen(
    model: Any,
    states: torch.Tensor,
    tokens: torch.Tensor,
    temperature: float,
    allowed: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log-probability and entropy at each position, shape (positions,), in parts."""
    head = model.get_output_embeddings()
    parts = []
    for start in range(0, len(tokens), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        narrow = None if allowed is None else allowed[part]
        given = (head, states[part], tokens[part], temperature, narrow)
        if torch.is_grad_enabled():
            # a vocabulary is wide: its logits are computed again for the gradient, not kept
            parts.append(checkpoint(_at_positions, *given, use_reentrant=False))
        else:
            parts.append(_at_positions(*given))
    log_probs, entropies = zip(*parts, strict=True)
    return torch.cat(log_probs), torch.cat(entropies)


def _at_positions(
    head: Any,
    states: torch.Tensor,
    tokens: torch.Tensor,
    temperature: float,
    allowed: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    logits = head(states) if allowed is None else without(head(states), allowed)
    log_probs = torch.log_softmax(logits.float() / temperature, dim=-1)
    entropy = -(log_probs.exp() * log_probs).sum(-1)
    return log_probs.gather(-1, tokens[:, None])[:, 0], entropy
