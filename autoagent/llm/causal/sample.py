"""Sample answers to many prompts side by side, and know how likely each token was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autoagent.llm.base import LLMError
from autoagent.llm.causal.answering import Answering
from autoagent.llm.causal.cache import SIDE_BY_SIDE, roomy_cache, shared

PROBE = [[1, 2, 3, 4, 5, 6, 7, 8]]
TOLERANCE = 0.05
"""Of the largest logit; another rounding is no difference, a forgotten token is."""
NEVER = -1e30
"""A logit of which no softmax leaves anything; entropies and gradients stay numbers with it."""


class NoNumbers(LLMError):
    """What a model computes is no number any more."""


@torch.no_grad()
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    answers: Sequence[Answering],
    generators: Sequence[torch.Generator],
    *,
    temperature: float,
    pad: int,
) -> None:
    """Sample an answer to each prompt, until each has ended.

    Each token is drawn from softmax(logits / temperature) over the whole vocabulary (no top-p, no
    top-k), with one number from the row's own generator. So what a row becomes does not depend on
    its neighbours, up to rounding in the model. An answer that is held to something is drawn from
    what that allows, by the same softmax over less. What all prompts begin with is computed once,
    and a row that has ended leaves the batch. Kinds of model that cannot be computed side by side
    answer one prompt after the other.

    Args:
        model: A causal language model in evaluation mode.
        prompts: Token ids of each prompt, at least one.
        answers: Take the tokens.
        generators: Of the processor, one for each row.
        temperature: 0 always takes the likeliest token.
        pad: The id that stands before shorter prompts; what it is does not matter.

    Raises:
        NoNumbers: Logits are no numbers.
    """
    if len(prompts) > 1 and model.config.model_type not in SIDE_BY_SIDE:
        for prompt, answer, generator in zip(prompts, answers, generators, strict=True):
            sample(model, [prompt], [answer], [generator], temperature=temperature, pad=pad)
        return
    rows = list(range(len(prompts)))
    cache = roomy_cache(model.config)
    if start := shared(model.config, prompts):
        begin = torch.tensor([prompts[0][:start]], device=model.device)
        model.base_model(input_ids=begin, past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(rows))
    ids, mask = left_padded([prompt[start:] for prompt in prompts], pad, model.device)
    mask = torch.cat([mask.new_ones(len(rows), start), mask], dim=1)
    positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, start:]
    padded = len(prompts) > 1
    while True:
        # one that is alone is left to count by itself: not all models count from 0
        places = {"attention_mask": mask, "position_ids": positions} if padded else {}
        output = model(
            input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1, **places
        )
        logits = _narrowed(output.logits[:, -1], [answers[row] for row in rows])
        tokens, log_probs = draw(logits, temperature, [generators[row] for row in rows])
        for row, token, log_prob in zip(rows, tokens.tolist(), log_probs.tolist(), strict=True):
            answers[row].add(token, log_prob)
        on = [at for at, row in enumerate(rows) if not answers[row].ended]
        if not on:
            return
        if len(on) < len(rows):
            rows = [rows[at] for at in on]
            kept = torch.tensor(on, device=mask.device)
            tokens, mask, positions = tokens[on], mask[kept], positions[kept]
            cache.batch_select_indices(kept)
        ids = tokens[:, None].to(mask.device)
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        positions = positions[:, -1:] + 1


@torch.no_grad()
def check_steps(model: Any, name: str) -> None:
    """Make sure that a model goes on, token by token, from what it keeps of those before.

    Raises:
        LLMError: It does not, or computes no numbers.
    """
    ids = torch.tensor(PROBE, device=model.device)
    whole = model(input_ids=ids).logits[:, -1]
    if not whole.isfinite().all():
        raise LLMError(f"the weights of {name} give no numbers; fetch them again, or use another")
    cache = roomy_cache(model.config)
    keeps = {"past_key_values": cache, "use_cache": True, "logits_to_keep": 1}
    try:
        for part in (ids[:, :-2], ids[:, -2:-1], ids[:, -1:]):
            last = model(input_ids=part, **keeps).logits[:, -1]
        forgets = bool((last - whole).abs().max() > TOLERANCE * whole.abs().max())
    except (TypeError, RuntimeError, AttributeError, ValueError):  # it does not know such a cache
        forgets = True
    if forgets:
        raise LLMError(
            f"{name} ({type(model).__name__}) keeps what came before in a way of its own, so that "
            "it cannot be sampled from here; use another model"
        )


def draw(
    logits: torch.Tensor, temperature: float, generators: Sequence[torch.Generator]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a token for each row.

    Args:
        logits: Shape (rows, vocabulary).
        temperature: 0 takes the likeliest token, whose probability then is 1.
        generators: Of the processor, one for each row; one number is taken from each.

    Returns:
        Token ids and their natural log-probabilities, shape (rows,), on the processor.

    Raises:
        NoNumbers: Logits are no numbers.
    """
    if temperature == 0:
        largest, best = logits.max(-1)
        _check(largest)
        return best.cpu(), torch.zeros(len(best))
    log_probs = torch.log_softmax(logits.float() / temperature, dim=-1)
    sums = log_probs.double().exp().cumsum(-1)
    most = sums[:, -1:]
    _check(most)
    numbers = [torch.rand((1,), generator=one, dtype=torch.float64) for one in generators]
    thresholds = torch.stack(numbers).to(most.device) * most
    # below the last sum, so that no token of probability 0 can be hit
    thresholds = torch.minimum(thresholds, torch.nextafter(most, torch.zeros_like(most)))
    tokens = torch.searchsorted(sums, thresholds, right=True)
    return tokens[:, 0].cpu(), log_probs.gather(-1, tokens)[:, 0].cpu()


def without(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Return logits, of which those that are not allowed are so low that none is ever drawn."""
    return logits.float().masked_fill(~allowed, NEVER)


def _narrowed(logits: torch.Tensor, answers: Sequence[Answering]) -> torch.Tensor:
    """Return the logits of the next tokens, of each answer those that it may go on with."""
    if all(answer.held is None for answer in answers):
        return logits
    everything = torch.ones(logits.shape[-1], dtype=torch.bool)
    allowed = [
        everything if answer.held is None else torch.from_numpy(answer.held.allowed())
        for answer in answers
    ]
    return without(logits, torch.stack(allowed).to(logits.device))


def _check(values: torch.Tensor) -> None:
    if not values.isfinite().all():
        raise NoNumbers("the logits of the model are no numbers: it is damaged, or has diverged")


def left_padded(
    rows: Sequence[Sequence[int]], pad: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ids and mask (1 where a token stands), shape (rows, longest), flush right."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), pad)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, longest - len(row) :] = torch.tensor(row)
        mask[number, longest - len(row) :] = 1
    return ids.to(device), mask.to(device)
