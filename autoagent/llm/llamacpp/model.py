"""A model in this process, through llama.cpp."""

import codecs
import contextlib
import copy
import logging
import os
import threading
from collections.abc import Callable, Generator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from autoagent.llm.adapters import check_base
from autoagent.llm.base import CONSTRAINED, Completion, LLMError
from autoagent.llm.causal.gguf import GGUF
from autoagent.llm.constrained import Held, Vocabulary
from autoagent.llm.framing.chat import chat_frame
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.prompt import MAX_CHARS_PER_TOKEN, fitted, room_for_query, shape
from autoagent.llm.framing.query import Query, size, texts
from autoagent.llm.framing.stops import GrowingText
from autoagent.llm.llamacpp.grammar import constraint, masking
from autoagent.llm.llamacpp.prefix import PromptCache
from autoagent.llm.weights import check_gguf
from sandbox.extras import pip_install

if TYPE_CHECKING:
    from llama_cpp import Llama

MAX_THREADS = 8
FRAMES = 32


class LlamaCpp:
    """Answers with a GGUF file, in this process.

    The model is made to start with the frame's opening, is stopped where it says the frame's
    closing, and is held to the frame's grammar; if it is `constrained`, blocks of Python are held
    to what Python can be.

    The answer depends on the query, the seed and the temperature alone, not on what was asked
    before. Calls from several threads wait for each other.

    Args:
        path: The GGUF file.
        name: What the model is called in the journal; the file's name by default.
        n_ctx: How many tokens query and answer may take together.
        n_threads: Threads to compute with; by default the processors at hand, 8 at most.
        adapter: A GGUF file with an adapter of these weights.

    Attributes:
        context: Tokens that query and answer may take together.
        files: The file, and the adapter's.

    Raises:
        LLMError: llama-cpp-python or the file is missing, or the file is no usable model.
    """

    def __init__(
        self,
        *,
        path: str | Path,
        name: str | None = None,
        n_ctx: int = 4096,
        n_threads: int | None = None,
        adapter: Path | None = None,
    ) -> None:
        self.name = name or f"gguf:{path}"
        self.path = Path(path)
        self.files = [self.path, *([] if adapter is None else [adapter])]
        self._lock = threading.Lock()
        self.n_threads = n_threads or _threads()
        self._llama = _open(self.path, n_ctx, self.n_threads, adapter)
        self._around = lru_cache(FRAMES)(partial(chat_frame, self._llama))
        self._around((), PYTHON)  # a template that cannot be used is told now
        self.context = min(n_ctx, _trained_context(self._llama))
        self.cache = PromptCache(llama=self._llama)
        self._vocabulary: Vocabulary | None = None
        self._on_read: Callable[[int, int], None] = lambda done, of: None

    def reporting(self, on_read: Callable[[int, int], None]) -> "LlamaCpp":
        """Return the same model, which tells how far it has read; see `Gradual.reporting`."""
        told = copy.copy(self)
        told._on_read = on_read
        return told

    def constrained(self) -> "LlamaCpp":
        """Return the same model, whose code stays Python; see `Constrainable.constrained`."""
        held = copy.copy(self)
        held.name = f"{CONSTRAINED}:{self.name}"
        held._vocabulary = Vocabulary.of_llama(self._llama)
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
        with self._lock:
            prompt, shortened = self._prompt(query, max_tokens, frame)
            growing = GrowingText(stop=frame.closing, on_text=on_text, opening=frame.opening)
            held = None if self._vocabulary is None else self._vocabulary.held(frame)
            grammar = constraint(self._llama, frame.grammar)
            tokens = self._sample(prompt, seed, temperature, grammar, held)
            tokens_out, finish = self._generate(tokens, max_tokens, growing, held)
        rest = frame.rest(growing.text) if finish == "stop" else ""
        return Completion(
            text=growing.end(rest),
            tokens_in=len(prompt),
            tokens_out=tokens_out,
            finish=finish,
            model=self.name,
            shortened=shortened,
        )

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text in a query."""
        return len(self._tokens(text))

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        """Return the most tokens that a query takes; see `Countable.count_query`."""
        if size(query) > self.context * MAX_CHARS_PER_TOKEN:
            return self.context
        frames = sum(map(len, self._around(shape(query), frame)))
        return min(frames + sum(map(self.count_tokens, texts(query))), self.context)

    def close(self) -> None:
        """Free the weights."""
        with self._lock:
            self._llama.close()

    def _tokens(self, text: str) -> list[int]:
        data = text.encode(errors="replace")
        return list(self._llama.tokenize(data, add_bos=False, special=False))

    def _prompt(self, query: Query, max_tokens: int, frame: Frame) -> tuple[list[int], bool]:
        """Return the tokens of the prompt, and whether the query had to be shortened."""
        head, *rest = self._around(shape(query), frame)
        around = len(head) + sum(map(len, rest))
        budget = room_for_query(self.name, self.context, around, max_tokens)
        fitting = fitted(query, budget, self.count_tokens)
        prompt = list(head)
        for text, behind in zip(texts(fitting), rest, strict=True):
            prompt += [*self._tokens(text), *behind]
        return prompt, fitting is not query

    def _sample(
        self, prompt: list[int], seed: int, temperature: float, grammar: Any, held: Held | None
    ) -> Generator[int, None, None]:
        """Evaluate a prompt and return the endless tokens after it."""
        self.cache.evaluate(prompt, self._on_read)
        self._llama.set_seed(seed % (2**32 - 1))  # 2**32 - 1 would mean chance
        tokens: Generator[int, None, None] = self._llama.generate(
            prompt,
            temp=max(temperature, 0.0),
            grammar=grammar,
            logits_processor=masking(held),
        )
        return tokens

    def _generate(
        self,
        tokens: Generator[int, None, None],
        limit: int,
        growing: GrowingText,
        held: Held | None,
    ) -> tuple[int, Literal["stop", "length"]]:
        """Take tokens into the growing text; return how many, and why they ended."""
        from llama_cpp import llama_model_get_vocab, llama_vocab_is_eog

        vocab = llama_model_get_vocab(self._llama.model)
        assert vocab is not None
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        count = 0
        with contextlib.closing(tokens):
            for token in tokens:
                if llama_vocab_is_eog(vocab, token):
                    return count, "stop"
                count += 1
                if growing.add(decoder.decode(self._llama.detokenize([token]))):
                    return count, "stop"
                if count == limit:
                    break
                if held is not None:
                    held.take(token)
        growing.add(decoder.decode(b"", final=True))
        return count, "length"


def _open(path: Path, n_ctx: int, n_threads: int, adapter: Path | None) -> "Llama":
    """Load a file of weights, quietly, and what adapts them."""
    try:
        from llama_cpp import Llama
    except ImportError:
        raise LLMError(
            f"{path.name} needs the package llama-cpp-python, which is missing; "
            f"install it with: {pip_install('local')}"
        ) from None
    check_gguf(path)
    if adapter is not None:
        check_base(GGUF(adapter), path)
    try:
        llama = Llama(
            str(path),
            n_ctx=n_ctx,
            n_threads=n_threads,
            n_threads_batch=n_threads,
            lora_path=None if adapter is None else str(adapter),
            verbose=False,
        )
    except (ValueError, RuntimeError, OSError) as error:
        raise LLMError(
            f"llama.cpp cannot load {adapter or path}: {error}; the file may be cut short, or be "
            "of a kind that this llama.cpp does not know: fetch it again, or use another"
        ) from error
    logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL + 1)
    return llama


def _trained_context(llama: "Llama") -> int:
    """Return the longest context that the model has learnt to use."""
    from llama_cpp import llama_model_n_ctx_train

    return int(llama_model_n_ctx_train(llama.model))


def _threads() -> int:
    """Return how many processors this process may use, 8 at most."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        count = os.cpu_count() or 1
    return min(count, MAX_THREADS)
