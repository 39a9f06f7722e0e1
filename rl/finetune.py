"""Supervised training on better answers: the log-likelihood of each answer's tokens is ascended.

The loss of a batch is

    - Σ_examples Σ_tokens of the answer log π(token) / (examples of a batch · mean answer length)

and the mean length is taken once, over all examples: what it divides by is a constant. So an
answer counts for each of its tokens, whatever it is batched with.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from torch.nn.utils import clip_grad_norm_

from autoagent.llm import LLMError
from autoagent.llm.causal.load import absolute, fingerprints
from autoagent.llm.causal.score import answer_loss
from autoagent.llm.causal.template import Template
from autoagent.llm.causal.trainable import Trainable
from autoagent.llm.framing.prompt import MIN_QUERY
from rl.ending import Cause, Finished
from rl.examples import Encoded, Example
from rl.memory import told_when_out_of_memory
from rl.policies.policy import Diverged
from rl.run_folder import RunFolder
from rl.seeding import SEEDS
from rl.watcher import Unwatched, Watcher

LONGEST_NORM = 1.0
WARMUP = 0.03
"""Of all steps, those over which a schedule that falls rises first."""
Schedule = Literal["constant", "cosine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is fine-tuned.

    Attributes:
        llm: The model that it begins as.
        lora: Rank of its adapters; None trains all weights.
        adapter: An adapter of SmolLM2 that is trained on, of that rank; None begins a new one.
        epochs: How often each example is seen.
        batch: Examples of each step.
        micro_batch: Examples that are computed at once. It decides about memory, not the result.
        lr: Step size of Adam, the largest one.
        schedule: ``constant``, or ``cosine``: it rises over the first steps, then falls to 0.
        shuffled: Whether the examples come in another order in each epoch, or always as given.
        keep_every: Steps after which what was learnt is kept; 0 keeps it at the end of an epoch.
        n_ctx: Tokens that a prompt and its answer may take together.
        seed: The order of the examples and the adapters' first weights follow from it.

    Raises:
        ValueError: A value is impossible.
    """

    llm: str = "smollm2"
    lora: int | None = None
    adapter: str | None = None
    epochs: int = 3
    batch: int = 8
    micro_batch: int = 4
    lr: float = 1e-4
    schedule: Schedule = "constant"
    shuffled: bool = True
    keep_every: int = 0
    n_ctx: int = 2048
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "micro_batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.lora is not None and self.lora < 1:
            raise ValueError(f"lora is a rank of at least 1, or none at all, got {self.lora}")
        if not 0 < self.lr < math.inf:
            raise ValueError(f"lr must be above 0, and finite, got {self.lr}")
        if self.schedule not in get_args(Schedule):
            known = " or ".join(get_args(Schedule))
            raise ValueError(f"schedule must be {known}, got {self.schedule!r}")
        if self.keep_every < 0:
            raise ValueError(f"keep_every must be at least 0, got {self.keep_every}")
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed must be from 0 to {SEEDS - 1}, got {self.seed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFigures:
    """What a step was like.

    Attributes:
        step: Its number; the first one is 1.
        steps: How many there are in all.
        epoch: In which epoch it is; the first one is 1.
        loss: Mean negative log-likelihood of its answers' tokens, in nats.
        tokens: Tokens of the examples so far, prompts included.
    """

    step: int
    steps: int
    epoch: int
    loss: float
    tokens: int

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a training has come.

    Attributes:
        steps: Steps since the first one, those before a resume included.
        loss: Of the last step; None without one.
        shortened: Examples whose prompt was cut in the middle, to fit the context.
        seconds: Of this training.
    """

    steps: int
    loss: float | None
    shortened: int
    seconds: float


class Finetuning:
    """Trains a model on examples, into a folder; ``hf:FOLDER/model`` then runs it.

    Args:
        examples: What is learnt.
        settings: How.
        folder: Where the model and what is needed to go on are kept.
        resume: Whether to go on with what is in the folder.
        watcher: Who watches.

    Raises:
        ValueError: There are no examples; or the folder is in use, cannot be written, or was made
            with others; or an answer does not fit into `Settings.n_ctx`.
        LLMError: The model cannot be loaded, or an answer does not fit its context.
        OutOfMemory: The model is too large.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        settings: Settings,
        folder: Path,
        *,
        resume: bool = False,
        watcher: Watcher[StepFigures] | None = None,
    ) -> None:
        if not examples:
            raise ValueError("there are no examples to learn from")
        self._settings, self._watcher = settings, watcher or Unwatched()
        self._folder = RunFolder(
            folder, settings="finetune.json", checkpoint="state.pt", result="model"
        )
        self._record = asdict(settings) | {
            "llm": absolute(settings.llm),  # the same model, wherever the training goes on
            "examples": _digest(examples),
        }
        if resume:
            self._folder.require(self._record)
        else:
            self._folder.create()
        with told_when_out_of_memory(f"lower --lora (now {settings.lora}), or use a smaller --llm"):
            self._model = Trainable(
                settings.llm, lora=settings.lora, adapter=settings.adapter, seed=settings.seed
            )
        if weights := fingerprints(self._record["llm"]):
            self._record["weights"] = weights
            if resume:
                self._folder.require(self._record)
        prepared = self._prepared(examples)
        self._pairs = [(torch.tensor(each.prompt), torch.tensor(each.answer)) for each in prepared]
        self._shortened = sum(each.shortened for each in prepared)
        self._mean_length = sum(len(answer) for _, answer in self._pairs) / len(self._pairs)
        self._optimizer = torch.optim.AdamW(
            self._model.parameters(), lr=settings.lr, weight_decay=0.0
        )
        self._per_epoch = math.ceil(len(self._pairs) / settings.batch)
        self._steps, self._kept, self._tokens = 0, 0, 0
        self._last: StepFigures | None = None
        self._paused = False
        if resume:
            self._folder.restore(self._take)

    def pause(self) -> None:
        """Stop after the present step, and keep what is learnt; from any thread."""
        self._paused = True

    def kill(self) -> None:
        """Stop likewise; whoever cannot wait ends the program."""
        self._paused = True

    def run(self) -> Finished[Progress, StepFigures]:
        """Train to the end, or until it is paused; keep what was learnt in the folder.

        Raises:
            OutOfMemory: There is too little memory; what was kept before is left as it was.
        """
        begun = time.monotonic()
        try:
            while (reached := self._reached()) is None:
                self._step()
            cause, detail = reached
        except Diverged as error:
            cause, detail = Cause.DIVERGED, f"{error}; lower --lr (now {self._settings.lr})"
        progress = Progress(
            steps=self._steps,
            loss=None if self._last is None else self._last.loss,
            shortened=self._shortened,
            seconds=time.monotonic() - begun,
        )
        return Finished(cause=cause, detail=detail, progress=progress, last=self._last)

    @property
    def _total(self) -> int:
        return self._per_epoch * self._settings.epochs

    def _reached(self) -> tuple[Cause, str] | None:
        """Return why there is no further step, if there is none; all that was learnt is kept."""
        if self._steps >= self._total:
            return Cause.DONE, f"all {self._total} steps are done"
        if self._paused and self._last is not None:
            if self._kept < self._steps:
                self._keep()
            return Cause.PAUSED, f"paused after step {self._steps}"
        return None

    def _step(self) -> None:
        """Learn from a batch, and keep what is learnt at the end of each epoch."""
        epoch, at = divmod(self._steps, self._per_epoch)
        batch = self._order(epoch)[at * self._settings.batch :][: self._settings.batch]
        loss = self._learn([self._pairs[number] for number in batch])
        self._steps += 1
        self._tokens += sum(len(row) for number in batch for row in self._pairs[number])
        self._last = StepFigures(
            step=self._steps, steps=self._total, epoch=epoch + 1, loss=loss, tokens=self._tokens
        )
        self._watcher.updated(self._last)
        every = self._settings.keep_every or self._per_epoch
        if self._steps % every == 0 or self._steps == self._total:
            self._keep()

    def _prepared(self, examples: Sequence[Example]) -> list[Encoded]:
        """Return the token ids of the examples."""
        settings = self._settings
        template = self._template(settings.n_ctx)
        try:
            return [example.encode(template) for example in examples]
        except LLMError as error:
            if template.n_ctx < settings.n_ctx:  # it is the model that has learnt no more
                raise
            roomy = self._template(sys.maxsize)
            least = MIN_QUERY + max(
                roomy.count_query("", example.frame) + roomy.count_tokens(example.answer) + 1
                for example in examples
            )
            raise ValueError(
                f"n_ctx must be at least {least} for the longest answer, got {settings.n_ctx}"
            ) from error

    def _template(self, n_ctx: int) -> Template:
        model = self._model
        return Template(model.tokenizer, model.model, name=self._settings.llm, n_ctx=n_ctx)

    def _order(self, epoch: int) -> list[int]:
        """Return the order of the examples in an epoch, which does not depend on earlier ones."""
        if not self._settings.shuffled:
            return list(range(len(self._pairs)))
        seed = (self._settings.seed * 1_000_003 + epoch) % SEEDS
        generator = torch.Generator().manual_seed(seed)
        order: list[int] = torch.randperm(len(self._pairs), generator=generator).tolist()
        return order

    def _learn(self, pairs: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> float:
        """Learn from examples; return their loss for each token.

        Raises:
            Diverged: Loss or gradient is no number; nothing is learnt.
        """
        size = self._settings.micro_batch
        # what is computed at once is padded to the longest of it
        pairs = sorted(pairs, key=lambda pair: sum(map(len, pair)))
        for group in self._optimizer.param_groups:
            group["lr"] = self._settings.lr * self._share_of_lr()
        self._optimizer.zero_grad(set_to_none=True)
        total = 0.0
        advice = (
            f"lower --micro-batch (now {size}), --n-ctx (now {self._settings.n_ctx}), or train "
            "adapters: --lora 8"
        )
        with told_when_out_of_memory(advice):
            for start in range(0, len(pairs), size):
                total += self._backward(pairs[start : start + size])
            norm = clip_grad_norm_(self._model.parameters(), LONGEST_NORM)
            if not (math.isfinite(total) and bool(torch.isfinite(norm))):
                raise self._diverged(self._steps + 1)
            self._optimizer.step()
        return total / sum(len(answer) for _, answer in pairs)

    def _backward(self, pairs: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> float:
        """Add the gradient of some examples; return the sum of their tokens' losses."""
        with self._model.precision(coarse=True):
            loss = answer_loss(self._model.model, *zip(*pairs, strict=True))
        (loss / (self._settings.batch * self._mean_length)).backward()  # type: ignore[no-untyped-call]
        return loss.item()

    def _share_of_lr(self) -> float:
        """Return which share of the largest step size the next step has."""
        if self._settings.schedule == "constant":
            return 1.0
        rising = max(1, round(WARMUP * self._total))
        if self._steps < rising:
            return (self._steps + 1) / rising
        done = (self._steps - rising) / max(1, self._total - rising)
        return 0.5 * (1 + math.cos(math.pi * done))

    def _keep(self) -> None:
        """Write the model, and all that is needed to go on.

        Raises:
            Diverged: Something is no number; what was kept before is left as it was.
        """
        if not all(bool(each.isfinite().all()) for each in self._model.parameters()):
            raise self._diverged(self._steps)
        self._folder.begin(self._record)
        self._folder.publish(self._model.save)
        state = {
            "steps": self._steps,
            "tokens": self._tokens,
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        self._folder.keep(self._record, state)
        self._kept = self._steps

    def _diverged(self, step: int) -> Diverged:
        return Diverged(
            f"step {step} led to what is no number; {self._folder.path} holds what was last kept, "
            "if anything"
        )

    def _take(self, state: Mapping[str, Any]) -> None:
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._steps = self._kept = int(state["steps"])
        self._tokens = int(state.get("tokens", 0))  # fine-tunings did not always tell


def _digest(examples: Sequence[Example]) -> str:
    texts = json.dumps([asdict(example) for example in examples]).encode(errors="surrogatepass")
    return hashlib.sha256(texts).hexdigest()[:16]
