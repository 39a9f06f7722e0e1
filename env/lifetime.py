"""One life among hazards, from birth to its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autoagent.budget import Budget, Limit
from autoagent.death import Cause, Stop
from autoagent.effects import Effects
from autoagent.life import Data, Death, Heartbeat, Life, OnHarm, Policy
from autoagent.listener import Ended
from autoagent.llm import LLM
from autoagent.meter import Meter
from autoagent.oracle import CONSULT, Oracle
from autoagent.skills import Skill
from env.hazards import Hazard, Scene
from env.recorder import LifeRecorder
from sandbox.judge import Verdict, Violation
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError

BORN = 1_750_000_000.0
"""What the organism's clock shows at birth; it goes on by a second for each answer."""

Entered = list[tuple[str, Data]]


class Lifetime:
    """One organism and what threatens it: a function of its seed and of its answers.

    Args:
        prompt: What the organism is told, beside what hazards demand.
        hazards: What threatens it; begun anew by this life.
        difficulty: Scales them.
        seed: Everything random follows from it.
        sandbox: The wall.
        recorder: Where the life is written down.
        skills: What the organism may use.
        budget: What its skills may spend.
        llm: Who answers the questions of skills.
        policy: As for `Life`.
        on_harm: As for `Life`.
        limits: As for `Life`.
        past: What entered an earlier life, to be lived again; nothing of it is asked anew.

    Attributes:
        event: What the organism did last.
        entered: Everything that entered it, kind and data, in order.

    Raises:
        SandboxError: The organism cannot be brought to its first heartbeat.
    """

    def __init__(
        self,
        *,
        prompt: str,
        hazards: tuple[Hazard, ...],
        difficulty: float,
        seed: int,
        sandbox: Sandbox,
        recorder: LifeRecorder,
        skills: Sequence[Skill] = (),
        budget: Budget | None = None,
        llm: LLM | None = None,
        policy: Policy = "strict",
        on_harm: OnHarm = "death",
        limits: Limits | None = None,
        past: Iterable[tuple[str, Data]] = (),
    ) -> None:
        self.prompt, self.difficulty, self.hazards = prompt, difficulty, hazards
        self.entered: Entered = []
        self._past = deque(past)
        self._recorder = recorder
        self._llms = () if llm is None else (llm,)
        self._costs = {skill.name: skill.cost for skill in skills}
        self._meter = Meter()
        self._meter.start(budget or Budget())
        self.life = Life(
            sandbox,
            limits=limits,
            policy=policy,
            on_harm=on_harm,
            seed=seed,
            skills=skills,
            charge_skill=self._meter.charge_skill,
            oracle=self._oracle,
            check=self._meter.check,
            clock=self._clock,
            record=self._note,
            recall=self._recall,
        )
        self.scene = Scene(
            prompt=prompt,
            difficulty=difficulty,
            sandbox=sandbox,
            policy=policy,
            rng=np.random.default_rng(seed),
        )
        for hazard in hazards:
            hazard.begin(self.scene)
        self._task = self._demanded()
        names = [skill.name for skill in skills]
        recorder.begin(self._task, self.life, wall=sandbox.name, build=sandbox.build, skills=names)
        event = self.life.begin(self._task)
        if isinstance(event, Death):
            raise SandboxError(f"the organism died at birth ({event.cause}): {event.detail}")
        self.event: Heartbeat | Death = event
        self._recorder.asked(self.life, event)
        self._look()

    def live(self, answer: str) -> Heartbeat | Death:
        """Give an answer, with what the hazards do meanwhile; they judge what came of it.

        Raises:
            Denied: The budget of skills is used up; the life cannot go on.
            LLMError: A skill needs a model that cannot be reached.
            SandboxError: The wall broke; what would have come of the answer is not known.
        """
        hits = tuple(hit for hazard in self.hazards for hit in hazard.strike(self.scene))
        told, self._task = self._task, self._demanded()
        news = None if self._task == told else self._task
        effects = Effects(task=news, hits=hits)
        self.event = self.life.answer(answer, effects)
        self._require_same(effects)
        self._look(frozenset(hit.name for hit in hits))
        if isinstance(self.event, Heartbeat):
            reasons = [hazard.judge(self.scene) for hazard in self.hazards]
            if reason := next(filter(None, reasons), None):
                self.event = self.life.starve(reason)
        self._recorder.completed(self.life, self.event)
        if isinstance(self.event, Death):
            self.end(self.event.cause, self.event.detail)
            if self.event.cause is Cause.WORKER:  # no fault of whoever answers
                raise SandboxError(f"the wall broke in a step of this life: {self.event.detail}")
        return self.event

    def live_again(self) -> None:
        """Live through the past that was given.

        Raises:
            ValueError: It is not the past of such a life.
            Denied: It ended in a step for which the budget of skills did not suffice.
            SandboxError: The wall broke.
        """
        answers = [data["text"] for kind, data in self._past if kind == "reply"]
        for answer in answers:
            if not self.life.alive:
                break
            self.live(answer)
        if self._past:
            raise ValueError("this environment comes to another life by that state")

    def end(self, cause: Cause | Stop, detail: str, limit: Limit | None = None) -> None:
        """Let go of the organism, and write down why."""
        self.life.close()
        spent = self._meter.read()
        spent.steps = self.life.steps
        self._recorder.end(Ended(cause=cause, limit=limit, detail=detail, spent=spent))

    @property
    def verdict(self) -> tuple[Violation, ...]:
        """What the policy says of the last answer; nothing, before the first one."""
        replies = (data for kind, data in reversed(self.entered) if kind == "reply")
        last = next(replies, None)
        return Verdict.of(last["verdict"]).violations if last else ()

    def _demanded(self) -> str:
        """Return what the organism is told to do now."""
        return " ".join(filter(None, [self.scene.prompt, *(h.demand for h in self.hazards)]))

    def _require_same(self, effects: Effects) -> None:
        """Raise ValueError if the answer came with other effects in its past than it does now."""
        then = next(data for kind, data in reversed(self.entered) if kind == "reply")
        if then.get("effects") != (effects.as_dict() if effects else None):
            raise ValueError("this environment comes to another life: its hazards do other things")

    def _look(self, hit: frozenset[str] = frozenset()) -> None:
        """Let the hazards see the organism as it is now."""
        scene = self.scene
        scene.genome, scene.outcome = self.life.genome, self.event.outcome
        scene.step, scene.hit = self.life.steps, hit

    def _clock(self) -> float:
        return BORN + self.life.steps

    def _note(self, kind: str, data: Data) -> None:
        self.entered.append((kind, data))
        self._recorder.write(kind, data)

    def _recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered next in the past, if there is more of it.

        Raises:
            ValueError: Something else entered then.
        """
        if not self._past:
            return None
        then, data = self._past.popleft()
        if then != kind or any(data.get(name) != value for name, value in asked.items()):
            raise ValueError(f"this environment comes to another life: {then} there, {kind} here")
        if kind == "skill" and data["name"] in self._costs:
            self._meter.charge_skill(self._costs[data["name"]])  # refused then, it is refused now
        self._note(kind, data)
        return data

    def _oracle(self, prefix: str) -> Oracle:
        record: Callable[[dict[str, Any]], None] = lambda data: self._recorder.write(CONSULT, data)  # noqa: E731
        return Oracle(
            self._llms, meter=self._meter, seed=self.life.seed, record=record, prefix=prefix
        )
