"""Evaluate a prompt, without evaluating again what the last one began with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_cpp import Llama


class PromptCache:
    """Keeps the evaluated last prompt, of which the next one takes over what it shares.

    llama.cpp rounds a token that is evaluated alone otherwise than one among others. So no token
    of a prompt is ever evaluated alone: then what was asked before changes nothing, bit for bit,
    on a processor at least.

    Args:
        llama: The loaded model.
    """

    def __init__(self, *, llama: "Llama") -> None:
        self.evaluated = 0
        self._llama = llama
        self._kept: list[int] = []

    def evaluate(
        self, tokens: list[int], on_read: Callable[[int, int], None] = lambda done, of: None
    ) -> None:
        """Bring the model to the end of a prompt; `evaluated` counts the tokens it took.

        Args:
            tokens: The prompt.
            on_read: Told after each batch how many of how many tokens are evaluated.
        """
        start = self._rewind(self._shared(tokens))
        self._kept = []
        self.evaluated = len(tokens) - start
        for end in self._ends(start, len(tokens)):
            self._llama.eval(tokens[start:end])
            start = end
            on_read(start, len(tokens))
        self._kept = list(tokens)

    def forget(self) -> None:
        """Evaluate the whole of the next prompt."""
        self._kept = []

    def _ends(self, start: int, stop: int) -> list[int]:
        """Return where batches end, so that none has a single token."""
        ends = [*range(start + self._llama.n_batch, stop, self._llama.n_batch), stop]
        if len(ends) > 1 and ends[-1] - ends[-2] == 1:
            ends[-2] -= 1
        return ends

    def _shared(self, tokens: list[int]) -> int:
        """Count the tokens shared with the last prompt; at least two are left to evaluate."""
        count = 0
        for kept, token in zip(self._kept, tokens[:-2], strict=False):
            if kept != token:
                break
            count += 1
        return count

    def _rewind(self, keep: int) -> int:
        """Forget all but the first tokens; return how many are left (some models keep none)."""
        import llama_cpp

        memory = llama_cpp.llama_get_memory(self._llama.ctx)
        if memory is None or not llama_cpp.llama_memory_seq_rm(memory, -1, keep, -1):
            keep = 0
        if keep == 0 and memory is not None:
            llama_cpp.llama_memory_clear(memory, False)
        self._llama.reset()
        self._llama.n_tokens = keep
        return keep
