"""Keys and values of the tokens so far, with room for those to come."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

ROOM = 128
"""Tokens for which there is room beyond those that are there."""
LEAST = 16
"""Tokens that rows must share for it to be worth while to compute them once."""
SIDE_BY_SIDE = frozenset({
    "gemma", "gpt2", "gpt_neox", "llama", "mistral", "mixtral", "olmo2", "phi", "phi3", "qwen2",
    "qwen3", "smollm3", "stablelm", "starcoder2",
})  # fmt: skip
"""Kinds of model that see only the tokens and positions that they are told of.

Others may count places instead, which padding shifts, or keep a state that cannot be taken apart.
"""


class RoomyLayer(DynamicLayer):  # type: ignore[misc]
    """A layer's keys and values, which grow in place.

    transformers' own layer copies all of them for each token, which is a quarter of the time that
    a small model takes on a processor.
    """

    keys: Any
    values: Any
    _rooms: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add those of new tokens, shape (rows, heads, tokens, size); return all."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        if self._rooms is None or end > self._rooms[0].shape[-2]:
            self._rooms = (
                _roomy(self.keys, key_states, start, end + ROOM),
                _roomy(self.values, value_states, start, end + ROOM),
            )
        for room, new in zip(self._rooms, (key_states, value_states), strict=True):
            room[..., start:end, :] = new
        self.keys, self.values = (room[..., :end, :] for room in self._rooms)
        return self.keys, self.values

    def batch_repeat_interleave(self, repeats: int) -> None:
        """Make so many rows of each."""
        super().batch_repeat_interleave(repeats)
        self._rooms = None

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep these rows."""
        super().batch_select_indices(indices)
        self._rooms = None


def roomy_cache(config: Any) -> Any:
    """Return an empty cache for a model; layers that slide or recur are transformers' own."""
    cache = DynamicCache(config=config)
    cache.layers = [RoomyLayer() if type(each) is DynamicLayer else each for each in cache.layers]
    return cache


def shared(config: Any, rows: Sequence[Sequence[int]]) -> int:
    """Return how many tokens all rows begin with that can be computed once for all of them.

    One token of each row is left over at least. Only models that are computed side by side, and
    whose layers see all that came before, share any.
    """
    layers = DynamicCache(config=config).layers
    whole = all(type(layer) is DynamicLayer for layer in layers)
    if len(rows) < 2 or config.model_type not in SIDE_BY_SIDE or not whole:
        return 0
    columns = zip(*(row[:-1] for row in rows), strict=False)
    same = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    return same if same >= LEAST else 0


def _roomy(old: torch.Tensor, new: torch.Tensor, used: int, size: int) -> torch.Tensor:
    """Return a tensor for so many tokens, which begins as the old one."""
    room = new.new_empty((*new.shape[:-2], size, new.shape[-1]))
    if used:
        room[..., :used, :] = old
    return room
