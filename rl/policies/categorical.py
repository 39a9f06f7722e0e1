"""A policy that chooses among a few actions by a vector of numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Self

import gymnasium
import numpy
import torch

from autoagent.files import open_ordinary, read_json
from rl.episode import Decision
from rl.policies.policy import Scores

SETTINGS_FILE = "policy.json"
WEIGHTS_FILE = "weights.pt"
BROKEN = (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, UnpicklingError)
"""What reading files that are something else raises."""


class Categorical:
    """A softmax over actions, of a network with tanh units; linear without hidden layers.

    Before any training it is uniform: the last layer begins at zero. That is its reference, too.

    Args:
        observations: How many numbers an observation has.
        actions: How many actions there are.
        hidden: Units of each hidden layer.
        seed: The first weights of hidden layers follow from it.

    Attributes:
        net: From observations to logits.
    """

    kind = "categorical"

    def __init__(
        self, observations: int, actions: int, *, hidden: Sequence[int] = (64, 64), seed: int = 0
    ) -> None:
        self.features = observations
        self._actions = actions
        self._hidden = list(hidden)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.net = _network([observations, *hidden, actions])

    @classmethod
    def between(
        cls, observations: gymnasium.Space[Any], actions: gymnasium.Space[Any], **settings: Any
    ) -> Self:
        """Return a policy for environments with these spaces.

        Raises:
            ValueError: They are not a Box and a Discrete space.
        """
        if not isinstance(observations, gymnasium.spaces.Box):
            raise ValueError(f"a categorical policy needs Box observations, not {observations}")
        if not isinstance(actions, gymnasium.spaces.Discrete) or actions.start != 0:
            raise ValueError(f"a categorical policy needs Discrete actions from 0, not {actions}")
        return cls(int(numpy.prod(observations.shape)), int(actions.n), **settings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the policy that `save` wrote.

        Raises:
            ValueError: The folder holds none, or one of another kind.
        """
        try:
            settings = read_json(folder / SETTINGS_FILE)
            if settings["kind"] != cls.kind:
                raise ValueError(f"it is of kind {settings['kind']!r}")
            policy = cls(settings["observations"], settings["actions"], hidden=settings["hidden"])
            with open_ordinary(folder / WEIGHTS_FILE) as file:
                policy.load_state_dict(torch.load(file, weights_only=True))
        except BROKEN as error:
            reason = str(error).partition("\n")[0]
            raise ValueError(f"{folder} holds no {cls.kind} policy: {reason}") from None
        return policy

    @torch.no_grad()
    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Choose an action for each observation."""
        seen = numpy.stack([numpy.asarray(each).reshape(-1) for each in observations])
        contexts = torch.tensor(seen, dtype=self._dtype)
        log_probs = self._log_probs(contexts)
        chosen = _sampled(log_probs, generators)
        picked = log_probs.gather(1, chosen)
        return [
            Decision(action=int(token), context=context, tokens=token, log_probs=log_prob)
            for context, token, log_prob in zip(contexts, chosen, picked, strict=True)
        ]

    def score(self, decisions: Sequence[Decision]) -> Scores:
        """Return how likely each choice is now, shape (decisions, 1)."""
        log_probs = self._log_probs(self._contexts(decisions))
        tokens = torch.stack([decision.tokens for decision in decisions])
        entropy = -(log_probs.exp() * log_probs).sum(dim=1, keepdim=True)
        chosen = log_probs.gather(1, tokens)
        return Scores(chosen, entropy, torch.ones_like(chosen))

    def reference(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return how likely each choice was when all were alike."""
        return torch.full((len(decisions), 1), 1 / self._actions, dtype=self._dtype).log()

    def observe(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return the observations, shape (decisions, features)."""
        return self._contexts(decisions)

    def parameters(self) -> Iterable[torch.nn.Parameter]:
        """Return the weights."""
        return list(self.net.parameters())

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        """Return the weights by name."""
        return self.net.state_dict()

    def load_state_dict(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take weights."""
        self.net.load_state_dict(state)

    def settings(self) -> dict[str, Any]:
        """Return kind and sizes."""
        sizes = {"observations": self.features, "actions": self._actions, "hidden": self._hidden}
        return {"kind": self.kind, **sizes}

    def save(self, folder: Path) -> None:
        """Write ``policy.json`` and the weights."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS_FILE).write_text(json.dumps(self.settings(), indent=2) + "\n", "utf-8")
        torch.save(dict(self.state_dict()), folder / WEIGHTS_FILE)

    @property
    def _dtype(self) -> torch.dtype:
        return next(self.net.parameters()).dtype

    def _contexts(self, decisions: Sequence[Decision]) -> torch.Tensor:
        return torch.stack([decision.context for decision in decisions])

    def _log_probs(self, contexts: torch.Tensor) -> torch.Tensor:
        return torch.log_softmax(self.net(contexts), dim=1)


def _network(sizes: Sequence[int]) -> torch.nn.Sequential:
    """Return linear layers of these sizes with tanh between; the last one is zero."""
    layers: list[torch.nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Tanh()]
    last = layers[-2]
    for parameter in last.parameters():
        torch.nn.init.zeros_(parameter)
    return torch.nn.Sequential(*layers[:-1])


def _sampled(log_probs: torch.Tensor, generators: Sequence[torch.Generator]) -> torch.Tensor:
    """Draw from each row with its own generator: where the cumulated probability passes a draw."""
    draws = [torch.rand(1, generator=each, dtype=torch.float64) for each in generators]
    cumulated = log_probs.double().exp().cumsum(dim=1)
    chosen = (cumulated <= torch.stack(draws)).sum(dim=1, keepdim=True)
    return chosen.clamp(max=log_probs.shape[1] - 1)
