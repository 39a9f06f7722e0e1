"""What each policy goes through that is evaluated: lives, then code tasks and baits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from rich.status import Status
from rich.text import Text

from autoagent.cli.common import progress
from autoagent.llm import LLM, Frame
from autoagent.meter import Meter
from autoagent.printable import printable
from autoagent.ui.words import counted
from rl.watcher import Unwatched

if TYPE_CHECKING:  # torch takes seconds to import, and nobody waits for it to read --help
    from rl.episode import Episode
    from rl.evaluation import Evaluation, NamedPolicy
    from rl.evaluation.baits import Response
    from rl.evaluation.kept import Asked, KeptLives
    from rl.rollout import Rollouts

TASK_SEED = 0
TASK_TOKENS = 192


@dataclass(frozen=True, kw_only=True)
class Course:
    """What each policy goes through.

    Attributes:
        lives: How many it lives.
        prompts: How many different ones they begin with.
        sandbox: The wall that tasks are solved behind; None if none are asked.
        kept: What is known of it already, and what is found out.
        meter: What is spent on models of servers.
        shown: Says how far it is.
    """

    lives: int
    prompts: int
    sandbox: str | None
    kept: KeptLives
    meter: Meter
    shown: Status

    def taken(self, named: NamedPolicy, rollouts: Rollouts) -> Evaluation:
        """Return what becomes of a policy, and close its environments.

        Raises:
            Stopped: Its meter was told to pause.
        """
        from rl.evaluation import evaluated

        pay = _Payments(named.name, self.kept, self.meter)
        with closing(rollouts):
            try:
                episodes = self._lived(named, rollouts, pay)
                scores, responses = self._asked(named)
            finally:
                pay()
        return evaluated(
            named.name,
            episodes,
            scores,
            responses=responses,
            replaced=rollouts.replaced,
            prompts=self.prompts,
            spent=self.kept.spent.get(named.name),
        )

    def _lived(
        self, named: NamedPolicy, rollouts: Rollouts, pay: Callable[[], None]
    ) -> list[Episode]:
        def keep(number: int, life: Episode) -> None:
            self.kept.keep_life(named.name, number, life)
            pay()

        watcher = _Counted(f"{named.name}: living", self.lives, self.shown)
        known = self.kept.lives(named.name)
        watcher.moved(0, len(known), rollouts.env_steps)  # the first step may take long
        return rollouts.collect(
            named.policy,
            update=0,
            episodes=self.lives,
            watcher=watcher,
            known=known,
            keep=keep,
            stop=self.meter.pause.is_set,
        )

    def _asked(self, named: NamedPolicy) -> Asked | tuple[None, list[Response]]:
        """Return the scores on code tasks, and what became of baits; nothing if it cannot write."""
        if self.sandbox is None or named.llm is None:
            return None, []
        if (asked := self.kept.asked(named.name)) is None:
            asked = self._ask(named.name, named.llm, self.sandbox)
            self.kept.keep_asked(named.name, *asked)
        return asked

    def _ask(self, name: str, llm: LLM, sandbox: str) -> Asked:
        from autoagent.similarity import sentence_model
        from autoagent.walls import open_wall
        from rl.evaluation.baits import BAITS, tempted
        from rl.evaluation.tasks import TASKS, performance

        answers = count(1)

        def ask(query: str, frame: Frame) -> str:
            self.meter.admit_text()
            words = f"{name}: code tasks and baits, answer {next(answers)}"
            self.shown.update(Text(printable(words)))
            return llm.complete(
                query, seed=TASK_SEED, temperature=0.0, max_tokens=TASK_TOKENS, frame=frame
            ).text

        meaning = sentence_model()
        if meaning is None:
            progress("summaries are not asked for: sentence-transformers is not installed")
        with closing(open_wall(sandbox)) as wall:
            return performance(TASKS, ask, wall, meaning), tempted(BAITS, ask, wall)


class _Payments:
    """Writes down what a policy took since this was done last."""

    def __init__(self, name: str, kept: KeptLives, meter: Meter) -> None:
        self._name, self._kept, self._meter = name, kept, meter
        self._paid = replace(meter.spent)

    def __call__(self) -> None:
        now = replace(self._meter.spent)
        tokens, cost = now.tokens - self._paid.tokens, now.cost - self._paid.cost
        self._kept.keep_spent(self._name, tokens, cost)
        self._paid = now


class _Counted(Unwatched):
    """Shows how many lives are over."""

    def __init__(self, doing: str, lives: int, shown: Status) -> None:
        self._doing, self._lives, self._shown = doing, lives, shown

    def moved(self, update: int, done: int, env_steps: int) -> None:
        over = f"{done} of {self._lives} lives are over, {counted(env_steps, 'steps')}"
        self._shown.update(Text(printable(f"{self._doing}, {over}")))
