"""Evaluate a prompt, without evaluating again what the last one began with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_cpp import Llama

BLOCK = 32


class PromptCache:
    """Keeps the evaluated beginning of the last prompt.

    Prompts are always evaluated in the same blocks of tokens, and only whole blocks are kept.
    So each value in the model's memory comes about in one way only, whatever was asked before,
    and an answer depends on the prompt and the seed alone.

    Args:
        llama: The loaded model.
        head: How many tokens all prompts begin with; they are a block of their own.
    """

    def __init__(self, *, llama: "Llama", head: int = BLOCK) -> None:
        self.evaluated = 0
        self._llama = llama
        self._head = max(head, 1)
        self._kept: list[int] = []

    def evaluate(self, tokens: list[int]) -> None:
        """Bring the model to the end of a prompt; `evaluated` counts the tokens it took."""
        ends = [*range(min(self._head, len(tokens)), len(tokens), BLOCK), len(tokens)]
        start = self._rewind(self._shared(tokens, ends))
        self._kept = []
        done = start
        for end in ends:
            if end > done:
                self._llama.eval(tokens[done:end])
                done = end
        self._kept = list(tokens)
        self.evaluated = len(tokens) - start

    def forget(self) -> None:
        """Evaluate the whole of the next prompt."""
        self._kept = []

    def _shared(self, tokens: list[int], ends: list[int]) -> int:
        """Count the tokens in whole blocks that the prompt shares with the last one."""
        start = 0
        for end in ends[:-1]:
            if self._kept[start:end] != tokens[start:end]:
                break
            start = end
        return start

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
