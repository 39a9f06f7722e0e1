"""What a model may say next, so that the code that it writes can still be Python."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoagent.llm.base import LLMError
from autoagent.llm.framing.frame import Frame
from sandbox.extras import pip_install

if TYPE_CHECKING:
    from llama_cpp import Llama
    from llguidance import LLMatcher, LLTokenizer
    from numpy.typing import NDArray

GRAMMAR = Path(__file__).with_name("python.lark")


class Vocabulary:
    """The tokens of a model, as a grammar sees them.

    Args:
        tokenizer: Knows the bytes of each token, and which tokens end a turn.
    """

    def __init__(self, tokenizer: LLTokenizer) -> None:
        self._tokenizer = tokenizer

    @classmethod
    def of_llama(cls, llama: Llama) -> Vocabulary:
        """Return the tokens of a model that llama.cpp has loaded; it takes about a second.

        Raises:
            LLMError: llguidance is missing.
        """
        require()
        import llama_cpp
        from llguidance.llamacpp import lltokenizer_from_vocab

        vocab = llama_cpp.llama_model_get_vocab(llama.model)
        count = llama_cpp.llama_vocab_n_tokens(vocab)
        ends = [each for each in range(count) if llama_cpp.llama_vocab_is_eog(vocab, each)]
        with warnings.catch_warnings():  # it calls what llama.cpp has another name for by now
            warnings.simplefilter("ignore", DeprecationWarning)
            return cls(lltokenizer_from_vocab(vocab, eos_token=ends))

    @classmethod
    def of_transformers(cls, tokenizer: Any, ends: Sequence[int], size: int) -> Vocabulary:
        """Return the tokens of a fast tokenizer of transformers.

        Args:
            tokenizer: The tokenizer.
            ends: The tokens that end a turn.
            size: How many logits the model has.

        Raises:
            LLMError: llguidance is missing.
        """
        require()
        from llguidance.hf import from_tokenizer

        return cls(from_tokenizer(tokenizer, n_vocab=size, eos_token=sorted(ends)))

    def held(self, frame: Frame) -> Held | None:
        """Return what an answer in a frame is held to; None where that is nothing.

        That is so where the frame opens no block of Python, and where the code that it opens with
        has left the grammar already: a bracket that closes nothing, say.
        """
        if frame.code is None:
            return None
        from llguidance import LLMatcher

        matcher = LLMatcher(self._tokenizer, _grammar(), log_level=0)
        tokens = self._tokenizer.tokenize_bytes(frame.code.encode(errors="replace"))
        read = matcher.try_consume_tokens(tokens) if tokens else 0
        return Held(matcher, self._tokenizer.vocab_size) if read == len(tokens) else None

    def along(self, frame: Frame, tokens: Sequence[int]) -> NDArray[Any]:
        """Return which tokens could be said at each place of an answer that was held.

        Returns:
            Booleans, shape (answer, vocabulary).
        """
        import numpy as np

        held = self.held(frame)
        places = np.ones((len(tokens), self._tokenizer.vocab_size), dtype=np.bool_)
        if held is not None:
            for place, token in zip(places, tokens, strict=True):
                place[:] = held.allowed()
                held.take(token)
        return places


class Held:
    """An answer on its way, and what it may go on with.

    Args:
        matcher: Stands behind what the answer opens with.
        size: How many tokens there are.
    """

    def __init__(self, matcher: LLMatcher, size: int) -> None:
        self._matcher = matcher
        self._size = size

    def allowed(self) -> NDArray[Any]:
        """Return which tokens may come next, as booleans, shape (vocabulary,)."""
        import numpy as np

        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._check()
        return np.unpackbits(bits, count=self._size, bitorder="little").view(np.bool_)

    def take(self, token: int) -> None:
        """Go on with a token that was allowed.

        Raises:
            LLMError: It was not, or the answer has become too much for the grammar.
        """
        self._matcher.consume_token(token)
        self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            reason = self._matcher.get_error().partition("\n")[0][:200]
            raise LLMError(
                f"the answer cannot be held to Python any more: {reason}; ask for shorter ones, or "
                "leave `constrained:` out of the model's name"
            )


def require() -> None:
    """Make sure that masks can be computed.

    Raises:
        LLMError: llguidance is missing.
    """
    try:
        import llguidance  # noqa: F401
    except ImportError:
        raise LLMError(
            "constrained: needs the package llguidance, which is missing; "
            f"install it with: {pip_install('local')}"
        ) from None


@cache
def _grammar() -> str:
    return GRAMMAR.read_text("utf-8")
