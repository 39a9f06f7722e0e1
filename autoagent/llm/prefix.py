"""Evaluate a prompt, without evaluating again what the last one began with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_cpp import Llama

BLOCK = 64


class PromptCache:
    """Keeps the evaluated beginning of the last prompt.

    Prompts are always evaluated in the same blocks of tokens, and only whole blocks are kept.
    So each value in the model's memory comes about in one way only, whatever was asked before,
    and an answer depends on the prompt and the seed alone.

    Args:
        llama: The loaded model.
    """

    def __init__(self, *, llama: "Llama") -> None:
        self.evaluated = 0
        self._llama = llama
        self._kept: list[int] = []

    def evaluate(self, tokens: list[int]) -> None:
        """Bring the model to the end of a prompt; `evaluated` counts the tokens it took."""
        start = self._rewind(self._shared(tokens))
        self._kept = []
        for at in range(start, len(tokens), BLOCK):
            self._llama.eval(tokens[at : at + BLOCK])
        self._kept = list(tokens)
        self.evaluated = len(tokens) - start

    def forget(self) -> None:
        """Evaluate the whole of the next prompt."""
        self._kept = []

    def _shared(self, tokens: list[int]) -> int:
        """Count the tokens in whole blocks that the prompt shares with the last one."""
        most = min(len(self._kept), len(tokens) - 1) // BLOCK * BLOCK
        for at in range(0, most, BLOCK):
            if self._kept[at : at + BLOCK] != tokens[at : at + BLOCK]:
                return at
        return most

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
