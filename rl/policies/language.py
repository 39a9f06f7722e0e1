"""A policy that answers queries with a causal language model, and learns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium
import torch
from gymnasium import spaces

from autoagent.llm.base import own_name
from autoagent.llm.causal.checkpoint import Sampling, write_sampling
from autoagent.llm.causal.load import fingerprints
from autoagent.llm.causal.score import hidden_states, score
from autoagent.llm.causal.template import Template
from autoagent.llm.causal.trainable import Trainable
from rl.episode import Decision
from rl.policies.policy import Scores
from rl.policies.speaker import Speaker, require_possible


class LanguagePolicy:
    """A `Speaker` that is trained. Token ids pass unchanged from `act` to `score`.

    What leaves the policy lies on the processor, wherever the model computes.

    Args:
        spec: The model that it begins as, see `autoagent.llm.causal.load_causal`. With
            ``constrained:`` before it, its code is held to what Python can be, and it is trained
            as what it then is: a softmax over the tokens that may come next.
        lora: Rank of the adapters that are trained in each linear layer; None trains all weights.
        temperature: Of the distribution that is sampled and trained, above 0.
        max_tokens: The longest answer.
        n_ctx: How many tokens query and answer may take together.
        batch: How many answers are sampled side by side.
        seed: The adapters' first weights follow from it.
        device: Where the model computes; a GPU if there is one by default.

    Attributes:
        features: The model's hidden size.

    Raises:
        LLMError: The model cannot be loaded.
        ValueError: A setting is impossible.
    """

    kind = "language"

    def __init__(
        self,
        spec: str = "smollm2",
        *,
        lora: int | None = None,
        temperature: float = 1.0,
        max_tokens: int = 128,
        n_ctx: int = 4096,
        batch: int = 32,
        seed: int = 0,
        device: str | torch.device | None = None,
    ) -> None:
        require_possible(temperature, batch)
        own, constrained = own_name(spec)
        self._spec = spec
        self._trained = Trainable(own, lora=lora, seed=seed, device=device)
        self._model = self._trained.model
        self._weights = fingerprints(spec)
        template = Template(self._trained.tokenizer, self._model, name=spec, n_ctx=n_ctx)
        self._n_ctx = template.n_ctx
        self._speaker = Speaker(
            self._model,
            template,
            temperature=temperature,
            max_tokens=max_tokens,
            batch=batch,
            precision=self._trained.precision,
            vocabulary=template.vocabulary() if constrained else None,
        )
        self.features = int(self._model.config.hidden_size)

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Answer each query; see `Speaker.act`."""
        return self._speaker.act(observations, generators)

    def score(self, decisions: Sequence[Decision]) -> Scores:
        """Return how likely each token is now, float32."""
        return self._score(self._model, decisions)

    @torch.no_grad()
    def reference(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return how likely each token was before any training."""
        with self._trained.untrained() as model:
            return self._score(model, decisions).log_probs

    @torch.no_grad()
    def observe(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return the hidden state at the last token of each prompt, float32."""
        contexts = [decision.context for decision in decisions]
        with self._trained.precision():
            states = hidden_states(self._model, contexts)
        last = torch.tensor([len(context) - 1 for context in contexts], device=states.device)
        return states[torch.arange(len(contexts), device=states.device), last].float().cpu()

    def parameters(self) -> Iterable[torch.nn.Parameter]:
        """Return what is trained: the adapters, or all weights."""
        return self._trained.parameters()

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        """Return what is trained, by name."""
        return self._trained.state_dict()

    def load_state_dict(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take what was trained before.

        Raises:
            ValueError: It was trained in another architecture.
        """
        self._trained.load_state_dict(state)

    def settings(self) -> dict[str, Any]:
        """Return the model's name, what it began with, and how it is adapted and sampled."""
        return {
            "kind": self.kind,
            "llm": self._spec,
            "lora": self._trained.lora,
            "temperature": self._speaker.temperature,
            "max_tokens": self._speaker.max_tokens,
            "n_ctx": self._n_ctx,
            **({"weights": self._weights} if self._weights else {}),
        }

    def save(self, folder: Path) -> None:
        """Write a folder that ``--llm hf:FOLDER`` runs, sampled as it was trained."""
        self._trained.save(folder)
        write_sampling(
            folder,
            Sampling(
                temperature=self._speaker.temperature,
                max_tokens=self._speaker.max_tokens,
                constrained=own_name(self._spec)[1],
            ),
        )

    def _score(self, model: Any, decisions: Sequence[Decision]) -> Scores:
        contexts = [decision.context for decision in decisions]
        tokens = [decision.tokens for decision in decisions]
        with self._trained.precision():
            scores = score(
                model,
                contexts,
                tokens,
                temperature=self._speaker.temperature,
                allowed=self._speaker.allowed(decisions),
            )
        return Scores(*(each.cpu() for each in scores))


def check_spaces(observations: gymnasium.Space[Any], actions: gymnasium.Space[Any]) -> None:
    """Refuse environments that say or take something else than texts.

    Raises:
        ValueError: They do.
    """
    says = observations.get("query") if isinstance(observations, spaces.Dict) else observations
    if not _is_text(says):
        raise ValueError(f"a language policy needs texts as observations, not {observations}")
    if not _is_text(actions):
        raise ValueError(f"a language policy needs texts as actions, not {actions}")


def _is_text(space: gymnasium.Space[Any] | None) -> bool:
    return getattr(getattr(space, "dtype", None), "kind", "") == "U"
