"""Small worlds and a small language model, in which all that can happen can be listed."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy
import torch

from rl.episode import Decision, Episode, Turn
from rl.policies import Scores

ACTIONS = 3
VOCABULARY, END, LONGEST = 4, 0, 2


class Toy:
    """Log-probabilities from a table of logits: for each context, and for each token before.

    Args:
        contexts: How many there are.
        tokens: How many there are.
        longest: The length cap; 1 makes it a choice among actions.
        seed: The logits follow from it.
    """

    kind = "toy"

    def __init__(self, contexts: int, tokens: int, *, longest: int = 1, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        shape = (contexts, tokens + 1, tokens)
        self.logits = torch.nn.Parameter(
            torch.randn(shape, generator=generator, dtype=torch.float64)
        )
        self.first = torch.randn(shape, generator=generator, dtype=torch.float64)
        self.features = contexts
        self.longest = longest
        self._tokens = tokens

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        return [self._act(int(o), g) for o, g in zip(observations, generators, strict=True)]

    def _act(self, context: int, generator: torch.Generator) -> Decision:
        tokens: list[int] = []
        while len(tokens) < self.longest and (not tokens or tokens[-1] != END):
            before = tokens[-1] if tokens else self._tokens
            chances = torch.softmax(self.logits[context, before].detach(), dim=0)
            tokens.append(int(torch.multinomial(chances, 1, generator=generator)))
        return self.decision(context, tokens)

    def decision(self, context: int, tokens: Sequence[int]) -> Decision:
        """Return a decision as if it had been sampled."""
        with torch.no_grad():
            log_probs = self._log_probs(self.logits, context, tokens)[0]
        return Decision(
            action=tuple(tokens) if self.longest > 1 else tokens[0],
            context=torch.tensor([context]),
            tokens=torch.tensor(tokens),
            log_probs=log_probs,
            cut=tokens[-1] != END,
        )

    def decisions(self, context: int) -> Iterator[Decision]:
        """Return all that can be decided."""
        for length in range(1, self.longest + 1):
            for tokens in itertools.product(range(self._tokens), repeat=length):
                ended = tokens[-1] == END or length == self.longest
                if ended and END not in tokens[:-1]:
                    yield self.decision(context, tokens)

    def score(self, decisions: Sequence[Decision]) -> Scores:
        length = max(len(decision.tokens) for decision in decisions)
        rows = []
        for decision in decisions:
            tokens, gap = decision.tokens.tolist(), length - len(decision.tokens)
            # Padding is scored like anything else: whoever trains has to leave it out.
            found = self._log_probs(self.logits, int(decision.context), tokens + [END] * gap)
            rows.append((*found, torch.tensor([1.0] * len(tokens) + [0.0] * gap)))
        return Scores(*(torch.stack(column) for column in zip(*rows, strict=True)))

    def reference(self, decisions: Sequence[Decision]) -> torch.Tensor:
        length = max(len(decision.tokens) for decision in decisions)
        return torch.stack(
            [
                self._log_probs(
                    self.first,
                    int(decision.context),
                    decision.tokens.tolist() + [END] * (length - len(decision.tokens)),
                )[0]
                for decision in decisions
            ]
        )

    def observe(self, decisions: Sequence[Decision]) -> torch.Tensor:
        contexts = torch.cat([decision.context for decision in decisions])
        return torch.nn.functional.one_hot(contexts, self.features).float()

    def parameters(self) -> Iterable[torch.nn.Parameter]:
        return [self.logits]

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        return {"logits": self.logits.detach()}

    def load_state_dict(self, state: Mapping[str, torch.Tensor]) -> None:
        self.logits.data.copy_(state["logits"])

    def settings(self) -> dict[str, Any]:
        return {"kind": self.kind, "shape": list(self.logits.shape)}

    def save(self, folder: Path) -> None:
        folder.mkdir()
        torch.save(self.state_dict(), folder / "toy.pt")

    def _log_probs(
        self, logits: torch.Tensor, context: int, tokens: Sequence[int]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.log_softmax(logits[context, [self._tokens, *tokens[:-1]]], dim=1)
        chosen = rows.gather(1, torch.tensor(tokens)[:, None]).squeeze(1)
        return chosen, -(rows.exp() * rows).sum(dim=1)


def probability(episode: Episode) -> float:
    """Return how likely an episode of a world without chance is."""
    return math.exp(sum(float(turn.decision.log_probs.sum()) for turn in episode.turns))


def pulls(policy: Toy, rewards: Sequence[float]) -> list[Episode]:
    """Return the episodes of a bandit, one for each arm."""
    return [
        Episode(seed=0, turns=[Turn(decision=pull, reward=rewards[pull.action])], terminated=True)
        for pull in policy.decisions(0)
    ]


def talks(policy: Toy) -> list[Episode]:
    """Return the episodes of a world of at most two turns, in which long answers can be death.

    The first answer decides what is seen next, and ends it if its first token is 1.
    """
    episodes = []
    for first in policy.decisions(0):
        one = Turn(decision=first, reward=float(len(first.tokens)))
        if first.tokens[0] == 1:
            episodes.append(Episode(seed=0, turns=[one], terminated=True))
            continue
        for second in policy.decisions(1 + int(first.cut)):
            reward = -5.0 if second.cut else 1.0 + int(second.tokens[0])
            turns = [one, Turn(decision=second, reward=reward)]
            episodes.append(Episode(seed=0, turns=turns, terminated=True))
    return episodes


class Hazard(gymnasium.Env[Any, Any]):
    """Each step is death with a constant probability, whatever is done."""

    def __init__(self, hazard: float = 0.25, harm: float = 0.0) -> None:
        self.observation_space = gymnasium.spaces.Box(-1.0, 1.0, (3,), numpy.float32)
        self.action_space = gymnasium.spaces.Discrete(ACTIONS)
        self._hazard = hazard
        self._harm = harm

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        return self._observed(), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        dead = bool(self.np_random.random() < self._hazard)
        reward = self._harm if dead else float(action == 1)
        return self._observed(), reward, dead, False, {"cause": "hazard"} if dead else {}

    def _observed(self) -> Any:
        return self.np_random.uniform(-1, 1, 3).astype(numpy.float32)


class Hanging(Hazard):
    """Hangs in the third step of the first environments that are made."""

    left = 0
    freed = threading.Event()

    def __init__(self) -> None:
        super().__init__()
        self._hangs = Hanging.left > 0
        Hanging.left -= 1
        self._steps = 0

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._steps += 1
        if self._hangs and self._steps == 3:
            Hanging.freed.wait(60)
        return super().step(action)


class Failing(Hazard):
    """Fails in its second step."""

    steps = 0

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.steps += 1
        if self.steps == 2:
            raise OSError("the ground opened")
        return super().step(action)


class Slow(Hazard):
    """Takes its time, so that it can be interrupted."""

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        time.sleep(0.01)
        return super().step(action)


class Poisoned(Hazard):
    """Its rewards are no numbers from some reset on."""

    resets = 0

    def reset(self, **given: Any) -> Any:
        Poisoned.resets += 1
        return super().reset(**given)

    def step(self, action: int) -> Any:
        seen, reward, *rest = super().step(action)
        return seen, math.nan if Poisoned.resets > 9 else reward, *rest


class Counted(gymnasium.Env[Any, Any]):
    """Its state is how often each action was chosen; three times the same is death."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(0.0, 99.0, (3,), numpy.float32)
        self.action_space = gymnasium.spaces.Discrete(ACTIONS)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._counts = [0] * ACTIONS
        return self._seen(), {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._counts[action] += 1
        dead, steps = 3 in self._counts, sum(self._counts)
        return self._seen(), 1.0, dead, steps == 6, {}

    def get_state(self) -> list[int]:
        return list(self._counts)

    def set_state(self, state: list[int]) -> Any:
        self._counts = list(state)
        return self._seen()

    def _seen(self) -> Any:
        return numpy.array(self._counts, numpy.float32)


class Talked(gymnasium.Env[Any, Any]):
    """Pays for each letter that an answer has, twice."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Text(99)
        self.action_space = gymnasium.spaces.Text(999)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._asked = 1
        return "Say something", {}

    def step(self, action: str) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._asked += 1
        return "And more", float(len(action)), False, self._asked > 2, {}


for name in (Talked, Hazard, Failing, Slow, Poisoned):
    gymnasium.register(f"toy/{name.__name__}-v0", entry_point=name)
