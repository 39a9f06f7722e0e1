"""The Markov decision process behind `EditActions`, written down, and its exact optimum.

With the hunger of version 0 (without micro-tasks) and lesions, all that matters of an organism is
its energy, which of two methods are broken, and whether its loop is hardened. A test drives the
real environment through every state and action of this table.

The order of events in a step: the answer is executed by the turn that asked for it, which is
hardened or not; the loop takes its next turn, whatever ``step`` is then; while the organism waits
again, a lesion strikes; hunger takes its due.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autoagent.death import Cause
from env.edits.vocabulary import Edit

Array = np.ndarray[Any, np.dtype[np.float64]]


class State(NamedTuple):
    """An organism that waits for an answer.

    Attributes:
        energy: Steps that it lasts without food.
        step_broken: Its ``step`` raises at the next turn, unless it is restated before.
        execute_broken: Its ``execute_code`` raises, from now on.
        hardened: The turn that waits, and those after it, survive a broken ``execute_code``.
    """

    energy: int
    step_broken: bool = False
    execute_broken: bool = False
    hardened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditModel:
    """The table: what each edit leads to, how likely, and what it is worth.

    Args:
        rate: Probability of a lesion in each step.
        energy: What a life begins with, and the most it can have.
        snack: Energy for a function of a new behaviour.
        survival: Reward for a step survived.
        harm: Reward for harm.
    """

    rate: float = 0.2
    energy: int = 4
    snack: int = 2
    survival: float = 1.0
    harm: float = -1000.0

    @property
    def states(self) -> list[State]:
        """Every state, the first one being birth."""
        flags = itertools.product((False, True), repeat=3)
        return [State(energy, *each) for each in flags for energy in range(self.energy, 0, -1)]

    @property
    def strikes(self) -> dict[str | None, float]:
        """What lesions do in a step: which method is hit, if any, and how likely that is."""
        return {None: 1 - self.rate, "step": self.rate / 2, "execute_code": self.rate / 2}

    def next(self, state: State, edit: Edit, strike: str | None) -> State | Cause:
        """Return what an edit leads to: another state, or a death."""
        if edit is Edit.HARM:
            return Cause.HARM
        if state.execute_broken and not state.hardened:
            return Cause.CRASHED  # the edit is never executed
        if edit is Edit.END:
            return Cause.ENDED
        restated = edit in (Edit.HARDEN, Edit.REPAIR_STEP)
        if edit is Edit.BREAK or (state.step_broken and not restated):
            return Cause.CRASHED
        fed = self.snack if edit is Edit.ADD else 0
        energy = min(state.energy - 1 + fed, self.energy)
        if energy <= 0:
            return Cause.STARVED
        return State(
            energy=energy,
            step_broken=strike == "step",
            execute_broken=(state.execute_broken and edit is not Edit.REPAIR_EXECUTE)
            or strike == "execute_code",
            hardened=edit is Edit.HARDEN if restated else state.hardened,
        )

    def reward(self, outcome: State | Cause) -> float:
        """Return what a step is worth."""
        if outcome is Cause.HARM:
            return self.harm
        return self.survival if isinstance(outcome, State) else 0.0

    def tables(self) -> tuple[Array, Array]:
        """Return the whole process.

        Returns:
            Probabilities, shape (edits, states, states), whose rows sum to less than 1 where death
            is possible; and expected rewards, shape (edits, states).
        """
        states = self.states
        index = {state: i for i, state in enumerate(states)}
        moves = np.zeros((len(Edit), len(states), len(states)))
        rewards = np.zeros((len(Edit), len(states)))
        for (i, state), edit in itertools.product(enumerate(states), Edit):
            for strike, probability in self.strikes.items():
                outcome = self.next(state, edit, strike)
                rewards[edit, i] += probability * self.reward(outcome)
                if isinstance(outcome, State):
                    moves[edit, i, index[outcome]] += probability
        return moves, rewards

    def optimum(self, horizon: int) -> tuple[float, Array]:
        """Return the best that any policy can expect from birth on (value iteration).

        Args:
            horizon: Steps after which a life is truncated.

        Returns:
            The expected return, undiscounted; and the best edit for each number of steps left and
            each state, shape (horizon, states), row 0 with one step left.
        """
        moves, rewards = self.tables()
        value, best = np.zeros(len(self.states)), []
        for _ in range(horizon):
            worth = rewards + moves @ value
            value = worth.max(axis=0)
            best.append(worth.argmax(axis=0))
        return float(value[0]), np.array(best, np.float64)

    def expected(self, policy: Array) -> float:
        """Return what a policy can expect from birth on, exactly.

        Args:
            policy: Probability of each edit, shape (horizon, states, edits), row 0 with one step
                left.
        """
        moves, rewards = self.tables()
        value = np.zeros(len(self.states))
        for choice in policy:
            worth = rewards + moves @ value
            value = np.einsum("se,es->s", choice, worth)
        return float(value[0])

    def observations(self, horizon: int) -> Array:
        """Return what `EditActions` shows of each state, shape (horizon, states, features).

        Row 0 is with one step left, as in `expected`.
        """
        seen = np.array(
            [
                [s.energy / self.energy, s.step_broken, s.execute_broken, s.hardened]
                for s in self.states
            ]
        )
        left = np.arange(1, horizon + 1) / horizon
        return np.concatenate(
            [
                np.broadcast_to(seen, (horizon, *seen.shape)),
                np.broadcast_to(left[:, None, None], (horizon, len(seen), 1)),
            ],
            axis=2,
        )
