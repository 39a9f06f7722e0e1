"""Write queries as the token ids of a chat prompt, in the same way for every use of a model."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, NamedTuple

from autoagent.llm.base import LLMError
from autoagent.llm.constrained import Vocabulary
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.prompt import (
    MAX_CHARS_PER_TOKEN,
    Shape,
    around,
    fitted,
    merged,
    placed,
    room_for_query,
    shape,
)
from autoagent.llm.framing.query import Query, size, texts
from autoagent.llm.framing.template import CHATML, render

FRAMES = 32
ENDS = (
    "<|im_end|>", "<|endoftext|>", "<reponame>", "<|eot_id|>", "<|end|>", "<|end_of_text|>",
    "<end_of_turn>", "</s>",
)  # fmt: skip
"""Tokens that end a turn wherever a vocabulary has them, as llama.cpp sees it."""


class Prompt(NamedTuple):
    """A query in its frame.

    Attributes:
        tokens: Its token ids, the opening of the answer included.
        shortened: Whether the query was cut in the middle to fit the context.
    """

    tokens: list[int]
    shortened: bool


class Template:
    """Makes prompts for a model, with the very ids that `LlamaCpp` makes of the same weights.

    Args:
        tokenizer: The model's tokenizer.
        model: The model.
        name: What it is called in messages.
        n_ctx: How many tokens query and answer may take together, if the model has learnt so many.

    Attributes:
        ends: Ids of the tokens that end a turn.
        end: The one that the model itself says.
        pad: A token for places that nothing looks at.
        n_ctx: How many tokens query and answer may take together.

    Raises:
        LLMError: The tokenizer cannot be used.
    """

    def __init__(self, tokenizer: Any, model: Any, *, name: str, n_ctx: int = 4096) -> None:
        if not getattr(tokenizer, "is_fast", False):
            raise LLMError(f"the tokenizer of {name} is of no fast kind (tokenizer.json); use one")
        self.name = name
        self.n_ctx = min(n_ctx, getattr(model.config, "max_position_embeddings", None) or n_ctx)
        self.ends = _ends(tokenizer, model)
        if not self.ends:
            raise LLMError(f"the tokenizer of {name} has no token that ends a turn; use another")
        self.end: int = min(self.ends) if tokenizer.eos_token_id is None else tokenizer.eos_token_id
        self.pad = self.end
        self._tokenizer = tokenizer
        self._size: int | None = getattr(model.config, "vocab_size", None)
        self._backend = tokenizer.backend_tokenizer
        self._lock = threading.Lock()
        self._around = lru_cache(FRAMES)(self._frame)
        self._around((), PYTHON)  # a template that cannot be used is told now

    def prompt(self, query: Query, max_tokens: int, frame: Frame = PYTHON) -> Prompt:
        """Return a query in its frame, with room for an answer of `max_tokens`.

        Raises:
            LLMError: There is no such room.
        """
        head, *rest = self._around(shape(query), frame)
        taken = len(head) + sum(map(len, rest))
        budget = room_for_query(self.name, self.n_ctx, taken, max_tokens)
        fitting = fitted(query, budget, self.count_tokens)
        tokens = list(head)
        for text, behind in zip(texts(fitting), rest, strict=True):
            tokens += [*self.encode(text), *behind]
        return Prompt(tokens, fitting is not query)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text in which nothing passes for the template's own marks."""
        return self._ids(text, marks=False)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text in a query."""
        return len(self.encode(text))

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        """Return the most tokens that a query takes; see `Countable.count_query`."""
        if size(query) > self.n_ctx * MAX_CHARS_PER_TOKEN:
            return self.n_ctx
        frames = sum(map(len, self._around(shape(query), frame)))
        return min(frames + sum(map(self.count_tokens, texts(query))), self.n_ctx)

    def decode(self, tokens: list[int]) -> str:
        """Return the text of sampled tokens; marks have none."""
        return str(self._backend.decode(tokens, skip_special_tokens=True))

    def vocabulary(self) -> Vocabulary:
        """Return the model's tokens as a grammar sees them; it takes about a second.

        Raises:
            LLMError: llguidance is missing, or the model does not say how many tokens it knows.
        """
        if self._size is None:
            raise LLMError(f"{self.name} does not say how many tokens it knows; leave it as it is")
        return Vocabulary.of_transformers(self._tokenizer, sorted(self.ends), self._size)

    def _ids(self, text: str, *, marks: bool) -> list[int]:
        plain = text.encode(errors="replace").decode()
        with self._lock:  # the tokenizer is shared, and so is its switch
            self._backend.encode_special_tokens = not marks
            return list(self._backend.encode(plain, add_special_tokens=False).ids)

    def _frame(self, roles: Shape, frame: Frame) -> list[list[int]]:
        """Return the ids before, between and after the texts, which are tokenised apart."""
        parts = around(self._render(roles, frame), roles)
        if parts is None:
            raise LLMError(f"the chat template of {self.name} leaves the query out; use another")
        bos = self._tokenizer.bos_token or ""
        if getattr(self._tokenizer, "add_bos_token", False) and not parts[0].startswith(bos):
            parts[0] = bos + parts[0]
        parts[-1] += frame.opening
        return [self._ids(part, marks=True) for part in parts]

    def _render(self, roles: Shape, frame: Frame) -> str:
        """Render the template; without a system role its text goes before the query."""
        asked = placed(roles, frame)
        template = self._tokenizer.chat_template or CHATML
        if not isinstance(template, str):
            raise LLMError(f"the tokenizer of {self.name} has no single chat template; use another")
        tokens = {name: str(text) for name, text in self._tokenizer.special_tokens_map.items()}
        return render(template, [asked, merged(asked)], tokens, self.name)


def _ends(tokenizer: Any, model: Any) -> frozenset[int]:
    vocabulary = tokenizer.get_vocab()
    ends = {vocabulary[name] for name in ENDS if name in vocabulary}
    for given in (tokenizer.eos_token_id, getattr(model.generation_config, "eos_token_id", None)):
        ends |= {one for one in (given if isinstance(given, list) else [given]) if type(one) is int}
    return frozenset(ends)
