"""One life among hazards, from birth to its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from autoagent.asker import CALL, Asker
from autoagent.budget import Budget, Limit
from autoagent.death import Cause, Stop
from autoagent.effects import Effects
from autoagent.ended import Ended
from autoagent.finish import Finishing, living_on
from autoagent.first_genome import FirstGenome
from autoagent.host import Metered
from autoagent.journal import Data
from autoagent.life import CodePolicy, Death, Heartbeat, Life, OnHarm
from autoagent.llm import LLM, Completion
from autoagent.meter import Meter
from autoagent.skills import Skill, SkillError
from autoagent.tape import DivergedError, Tape
from env.hazards import Hazard, Scene
from env.instances import Fresh
from env.microtasks import Split
from env.recorder import LifeRecorder
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError
from sandbox.verdict import Verdict, Violation

BORN = 1_750_000_000.0
"""What the organism's clock shows at birth; it goes on by a second for each answer."""

Entered = list[tuple[str, Data]]


class Nobody:
    """A model where there is none: whatever skill asks it, its caller is told so, and lives on."""

    name = "nobody"

    def complete(self, *_: object, **__: object) -> Completion:
        """Refuse.

        Raises:
            SkillError: Always.
        """
        raise SkillError("no model answers here")

    def close(self) -> None:
        """Hold nothing."""


class EnvironmentHost(Metered):
    """The host of a life among hazards; see `autoagent.host.Host`.

    Args:
        recorder: Where the life is written down.
        meter: Bounds what its skills spend.
        llm: Who answers the questions of skills; None for nobody.
        seed: The seeds of these questions follow from it.
        costs: What a call of each skill costs.
        past: What entered an earlier life, to be lived again.

    Attributes:
        entered: Everything that entered the organism, kind and data, in order.
        past: What is left of the earlier life.
        answers: How many answers the organism was given.
    """

    def __init__(
        self,
        recorder: LifeRecorder,
        meter: Meter,
        llm: LLM | None,
        *,
        seed: int,
        costs: Mapping[str, float],
        past: Iterable[tuple[str, Data]],
    ) -> None:
        self.entered: Entered = []
        self.past = Tape(past)
        self.answers = 0
        self._recorder = recorder
        self._costs = costs
        asker = Asker(
            (llm or Nobody(),),
            meter=meter,
            seed=seed,
            record=lambda data: recorder.write(CALL, data),
        )
        super().__init__(meter, asker)

    def time(self) -> float:
        """Return a time that goes on by a second for each answer."""
        return BORN + self.answers

    def record(self, kind: str, data: Data) -> None:
        """Keep it, and write it down."""
        self.entered.append((kind, data))
        self._recorder.write(kind, data)

    def announce(self, call: Data) -> None:
        """Forget it: a life in an environment is not taken up where it was cut off."""

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered next in the past, if there is more of it.

        Raises:
            ValueError: Something else entered then.
        """
        try:
            data = self.past.recall(kind, asked)
        except DivergedError as error:
            raise ValueError(f"this environment comes to another life: {error}") from None
        if data is None:
            return None
        if kind == "skill" and data["name"] in self._costs:
            self.charge(self._costs[data["name"]])  # refused then, it is refused now
        self.record(kind, data)
        return data


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
        first: As for `Life`.
        finish: As for `Life`.
        split: Which micro-tasks are posed, where hazards pose some.
        instances: Where functions are tried; by default each time in one that is begun then.
        past: What entered an earlier life, to be lived again; nothing of it is asked anew.

    Attributes:
        event: What the organism did last.

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
        policy: CodePolicy = "strict",
        on_harm: OnHarm = "death",
        limits: Limits | None = None,
        first: FirstGenome | None = None,
        finish: Finishing = living_on,
        split: Split = "training",
        instances: Fresh | None = None,
        past: Iterable[tuple[str, Data]] = (),
    ) -> None:
        self.prompt, self.difficulty, self.hazards = prompt, difficulty, hazards
        self._recorder = recorder
        self._meter = Meter()
        self._meter.start(budget or Budget())
        self._host = EnvironmentHost(
            recorder,
            self._meter,
            llm,
            seed=seed,
            costs={skill.name: skill.cost for skill in skills},
            past=past,
        )
        self.life = Life(
            sandbox,
            limits=limits,
            policy=policy,
            on_harm=on_harm,
            seed=seed,
            skills=skills,
            host=self._host,
            first=first,
            finish=finish,
        )
        self.scene = Scene(
            prompt=prompt,
            difficulty=difficulty,
            sandbox=sandbox,
            policy=policy,
            rng=np.random.default_rng(seed),
            split=split,
            instances=instances,
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
            SuspendedError: The budget of skills is used up; the life cannot go on.
            LLMError: A skill needs a model that cannot be reached.
            SandboxError: The wall broke; what would have come of the answer is not known.
        """
        hits = tuple(hit for hazard in self.hazards for hit in hazard.strike(self.scene))
        told, self._task = self._task, self._demanded()
        news = None if self._task == told else self._task
        effects = Effects(task=news, hits=hits)
        self._host.answers += 1
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
            SuspendedError: It ended in a step for which the budget of skills did not suffice.
            SandboxError: The wall broke.
        """
        for answer in self._host.past.answers():
            if not self.life.alive:
                break
            self.live(answer)
        if self._host.past:
            raise ValueError("this environment comes to another life by that state")

    def end(self, cause: Cause | Stop, detail: str, limit: Limit | None = None) -> None:
        """Let go of the organism, and write down why."""
        self.life.close()
        spent = self._meter.read()
        spent.steps = self.life.steps
        self._recorder.end(Ended(cause=cause, limit=limit, detail=detail, spent=spent))

    @property
    def entered(self) -> Entered:
        """Everything that entered the organism, kind and data, in order."""
        return self._host.entered

    @property
    def verdict(self) -> tuple[Violation, ...]:
        """What the policy says of the last answer; nothing, before the first one."""
        replies = (data for kind, data in reversed(self.entered) if kind == "reply")
        last = next(replies, None)
        return Verdict.of(last["verdict"]).violations if last else ()

    @property
    def demands(self) -> list[str]:
        """What hazards demand now."""
        return [hazard.demand for hazard in self.hazards if hazard.demand]

    def _demanded(self) -> str:
        """Return what the organism is told to do now."""
        return " ".join(filter(None, [self.scene.prompt, *self.demands]))

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
