"""What a gain has to be larger than: choice without learning, returns that tell nothing, form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
import torch

from autoagent.organism import extract_code
from env.trial import parameters
from rl.episode import Decision, Episode
from rl.learner import Learner, Step
from rl.policies import Actor, Policy
from rl.settings import Settings
from sandbox.parsing import statements

Wrapper = gymnasium.Wrapper[Any, Any, Any, Any]
Outcome = tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]


class Several:
    """Decides on several answers to each observation; whoever is given them chooses.

    Args:
        policy: Answers.
        count: How often.
    """

    def __init__(self, policy: Actor, count: int) -> None:
        self._policy, self._count = policy, count

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Answer each observation so many times; the action is the list of the answers."""
        drawn = [self._policy.act(observations, generators) for _ in range(self._count)]
        return [
            replace(
                several[0],
                action=[each.action for each in several],
                tokens=torch.cat([each.tokens for each in several]),
                log_probs=torch.cat([each.log_probs for each in several]),
            )
            for several in zip(*drawn, strict=True)
        ]


class BestOf(Wrapper):
    """Takes several answers, tries each from the same state, and goes on with the best.

    That is one that solves what is posed, or else one whose code raises nothing, or else one that
    is survived; of equals the first.
    """

    def step(self, action: Sequence[str]) -> Outcome:
        """Take the best of some answers."""
        begin = self.get_wrapper_attr("get_state")()
        before = self._solved
        tried: list[tuple[tuple[bool, bool, bool], str]] = []
        for text in action:
            if tried:
                self.get_wrapper_attr("set_state")(begin)
            outcome = self.env.step(text)
            observed, _, terminated, _, info = outcome
            solves = info["solved"] > before
            if solves:
                break  # there is none better
            tried.append(((solves, not observed["error"], not terminated), text))
        else:
            self.get_wrapper_attr("set_state")(begin)
            outcome = self.env.step(max(tried, key=lambda each: each[0])[1])
        self._solved = outcome[4]["solved"]
        return outcome

    def reset(self, **given: Any) -> tuple[Any, dict[str, Any]]:
        """Begin a life."""
        self._solved = 0
        return super().reset(**given)


class FormOnly(Wrapper):
    """Rewards an answer that is one plain function and nothing else, whatever it does."""

    def step(self, action: str) -> Outcome:
        """Act, and be paid for form."""
        observed, _, terminated, truncated, info = self.env.step(action)
        return observed, float(is_one_function(action)), terminated, truncated, info


def is_one_function(answer: str) -> bool:
    """Tell whether the code of an answer is one plain function, and nothing else."""
    code = extract_code(answer) or answer
    name = getattr(next(iter(statements(code) or ()), None), "name", None)
    return name is not None and parameters(name, code) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffledSettings(Settings):
    """REINFORCE, paid with the returns of other lives."""

    def learner(self, policy: Policy) -> Shuffled:  # type: ignore[override]
        """Return what learns by these settings."""
        return Shuffled(Settings.learner(self, policy), self.seed)


class Shuffled:
    """Teaches with returns that are dealt anew to the lives of an update.

    Args:
        learner: Who is taught.
        seed: Of the dealing.
    """

    def __init__(self, learner: Learner, seed: int) -> None:
        self._learner, self._seed = learner, seed

    def update(self, episodes: Sequence[Episode], number: int = 1) -> Step:
        """Learn from lives, each with the return of one of them."""
        order = np.random.default_rng([self._seed, number]).permutation(len(episodes))
        dealt = [sum(episodes[other].rewards) for other in order]
        paid = [_paid(life, total) for life, total in zip(episodes, dealt, strict=True)]
        return self._learner.update(paid, number)

    def state_dict(self) -> dict[str, Any]:
        """Return the learner's."""
        return self._learner.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from the learner's."""
        self._learner.load_state_dict(state)


def _paid(life: Episode, total: float) -> Episode:
    """Return a life whose steps are paid alike, and with so much together."""
    each = total / len(life.turns)
    return replace(life, turns=[replace(turn, reward=each) for turn in life.turns])
