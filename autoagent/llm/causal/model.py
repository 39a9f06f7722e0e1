"""A model in this process, through transformers."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autoagent.llm.base import CONSTRAINED, Completion, expanded
from autoagent.llm.causal.checkpoint import Sampling, read_sampling
from autoagent.llm.causal.load import files_of, load_causal
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query

if TYPE_CHECKING:
    from autoagent.llm.causal.answering import Answering
    from autoagent.llm.causal.template import Prompt

SEEDS = 2**63


class Transformers:
    """Answers with a causal language model in torch, in this process.

    The model is made to start with the frame's opening and is stopped where it says the frame's
    closing. It knows no grammars, and ignores a frame's; if it is `constrained`, blocks of Python
    are held to what Python can be.

    The answer depends on the query, the seed and the temperature alone, not on what was asked
    before. Calls from several threads wait for each other.

    Args:
        spec: Which model, see `load_causal`.
        n_ctx: How many tokens query and answer may take together.

    Attributes:
        model: The model, until it is closed.
        template: Writes its prompts.
        temperature: The temperature that the model was trained with, if its folder says so.
        max_tokens: The longest answer that it was trained with, likewise.
        files: What it was loaded from, see `files_of`.
        vocabulary: Of a model that is constrained, or was trained so; else None.

    Raises:
        LLMError: The model cannot be loaded, or torch or transformers is missing.
    """

    def __init__(self, spec: str, *, n_ctx: int = 4096) -> None:
        self.name = spec
        self._lock = threading.Lock()
        kind, _, folder = spec.partition(":")
        sampling = read_sampling(expanded(folder)) if kind == "hf" else Sampling()
        self.temperature = sampling.temperature
        self.max_tokens = sampling.max_tokens
        self.model: Any
        self.model, tokenizer = load_causal(spec)
        self.files = files_of(spec)
        from autoagent.llm.causal.sample import check_steps
        from autoagent.llm.causal.template import Template

        check_steps(self.model, spec)
        self.template = Template(tokenizer, self.model, name=spec, n_ctx=n_ctx)
        self.vocabulary = self.template.vocabulary() if sampling.constrained else None

    def constrained(self) -> Transformers:
        """Return the same model, whose code stays Python; see `Constrainable.constrained`."""
        held = copy.copy(self)
        held.name = f"{CONSTRAINED}:{self.name}"
        held.vocabulary = self.template.vocabulary()
        return held

    def complete(
        self,
        query: Query,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer a query; see `LLM.complete`."""
        (found,) = self._complete(
            [query], [seed], temperature, max_tokens, frame=frame, on_text=on_text
        )
        return found

    def complete_batch(
        self,
        queries: Sequence[Query],
        *,
        seeds: Sequence[int],
        temperature: float,
        max_tokens: int,
        frame: Frame = PYTHON,
    ) -> list[Completion]:
        """Answer queries side by side; see `Batched.complete_batch`."""
        return self._complete(queries, seeds, temperature, max_tokens, frame=frame)

    def _complete(
        self,
        queries: Sequence[Query],
        seeds: Sequence[int],
        temperature: float,
        max_tokens: int,
        *,
        frame: Frame,
        on_text: Callable[[str], None] | None = None,
    ) -> list[Completion]:
        import torch

        from autoagent.llm.causal.answering import Answering
        from autoagent.llm.causal.sample import sample

        with self._lock:
            prompts = [self.template.prompt(query, max_tokens, frame) for query in queries]
            answers = [
                Answering(
                    self.template,
                    frame,
                    max_tokens,
                    on_text=on_text,
                    held=None if self.vocabulary is None else self.vocabulary.held(frame),
                )
                for _ in prompts
            ]
            sample(
                self.model,
                [prompt.tokens for prompt in prompts],
                answers,
                [torch.Generator().manual_seed(seed % SEEDS) for seed in seeds],
                temperature=max(temperature, 0.0),
                pad=self.template.pad,
            )
            return [self._completion(*each) for each in zip(prompts, answers, strict=True)]

    def _completion(self, prompt: Prompt, answer: Answering) -> Completion:
        return Completion(
            text=answer.text(),
            tokens_in=len(prompt.tokens),
            tokens_out=len(answer.tokens) - (answer.tokens[-1] in self.template.ends),
            finish="length" if answer.cut else "stop",
            model=self.name,
            shortened=prompt.shortened,
        )

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text in a query."""
        return self.template.count_tokens(text)

    @property
    def context(self) -> int:
        """Tokens that query and answer may take together."""
        return self.template.n_ctx

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        """Return the most tokens that a query takes; see `Countable.count_query`."""
        return self.template.count_query(query, frame)

    def close(self) -> None:
        """Forget the weights."""
        with self._lock:
            self.model = None
