"""For TRL: what ``GRPOTrainer(environment_factory=...)`` makes, one for each rollout.

TRL calls public methods as tools, `reset` before each rollout, and `get_reward` after it. The
column ``seed`` of the training data is the seed of the life: all rollouts of a row begin alike.
"""

from __future__ import annotations

from typing import Any

from env.survival import Survival


class ToolSurvival:
    """An organism that a model keeps alive by calling `answer`.

    Give settings with `functools.partial(ToolSurvival, difficulty=4)`.

    Args:
        settings: Arguments of `Survival`.
    """

    def __init__(self, **settings: Any) -> None:
        self._env = Survival(**settings)
        self._reward = 0.0
        self._over = "no life has begun"

    def reset(self, *, seed: int | None = None, **example: Any) -> str:
        """Begin a life; return what the organism asks.

        Args:
            seed: Everything random follows from it.
            example: The other columns of the training data, which are not needed.

        Raises:
            ValueError: There is no seed: each rollout of a row would live another life, and what
                a group is compared by would be chance.
        """
        if seed is None:
            raise ValueError("the training data needs a column 'seed': the seed of each row's life")
        observation, _ = self._env.reset(seed=seed)
        self._reward, self._over = 0.0, ""
        return observation["query"]

    def answer(self, text: str) -> str:
        """
        Answer the organism. The Python code in your answer is executed.

        Args:
            text: Your answer, with the code.

        Returns:
            What the organism asks next, or what it died of.
        """  # noqa: D212 - TRL makes the tool's schema of it
        if self._over:
            return self._over
        observation, reward, terminated, truncated, info = self._env.step(text)
        self._reward += float(reward)
        if terminated:
            self._over = f"The organism is dead ({info['cause']}): {observation['error']}"
        elif truncated:
            self._over = "The organism lives; there are no more steps."
        return self._over or observation["query"]

    def get_reward(self) -> float:
        """Return the sum of the rewards of this life."""
        return self._reward

    def __del__(self) -> None:
        env = getattr(self, "_env", None)
        if env is not None:
            env.close()
