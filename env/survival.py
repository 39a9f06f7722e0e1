"""The survival environment: an organism lives, and whoever acts answers its calls of its model.

The organism's own loop calls ``call_llm(query)``. That call leaves the wall and becomes the
observation; the action is the text that answers it. Everything that a life is follows from the
seed of its reset and from the answers, so two equal sequences of actions give equal trajectories.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Literal, SupportsFloat, TypedDict

import gymnasium
import numpy as np
from gymnasium import spaces

from autoagent.budget import Budget
from autoagent.death import Stop
from autoagent.finish import LETS_GO, living_on
from autoagent.first_genome import USUAL, FirstGenome, first_genome
from autoagent.inspection import Panel
from autoagent.life import CodePolicy, Death, Heartbeat, OnHarm, require_known
from autoagent.llm import LLM, LLMError, load
from autoagent.llm.framing.query import in_words
from autoagent.meter import SuspendedError
from autoagent.numbers import is_whole
from autoagent.organism import extract_code
from autoagent.skills import Skill, load_skills
from env.arguments import (
    SEEDS,
    difficulty_of,
    entered,
    prompt_of,
    require_known_words,
    require_made,
    reward_of,
    seed_of,
)
from env.hazards import Hazard, Hunger, Makers, described, hazards_like, load_hazards
from env.instances import Ready
from env.lifetime import Lifetime
from env.microtasks import Split
from env.recorder import LifeRecorder
from env.shared import shared_wall
from env.unicode import Unicode
from sandbox.limits import Limits
from sandbox.nesting import MAX_SOURCE
from sandbox.session import Sandbox

PROMPT = "Write small functions, each one new."
LONGEST_TEXT = 65_536
"""Characters of a text in an observation; longer ones are shortened in the middle."""
ANALYZERS = ("ruff",)
"""Who looks at answers where `diagnostics` counts: there may be many environments side by side, and
mypy would have to be loaded in each."""
TEXTS = ("query", "genome", "stdout", "error")


class Observation(TypedDict):
    """What is observed: texts, and numbers in [0, 1].

    Attributes:
        query: What the organism asks its model; where that does not say what hazards demand now,
            their demands stand below it.
        genome: All its definitions as they are now, as one text.
        stdout: What its last code printed.
        error: The error of its last code, or what it died of.
        vitals: The share of steps that are left, then how well it is off for each hazard.
    """

    query: str
    genome: str
    stdout: str
    error: str
    vitals: np.ndarray[Any, np.dtype[np.float32]]


class Survival(gymnasium.Env[Observation, str]):
    """An organism whose model is whoever calls `step`.

    Reward: `survival` for each step after which the organism asks again, `harm` for a step in
    which it did harm (which with ``on_harm="feedback"`` it survives), 0 for a step that it does
    not survive otherwise; and `diagnostics` for each error that ruff is sure of in an answer.
    Death terminates; the step limit truncates, and so does a budget for skills that is used up.

    A death by a limit that counts seconds depends on more than seed and answers: ``hang`` comes
    sooner on a busy machine. It is a death all the same, as it is the organism that does not come
    back; `limits` may give it longer.

    Args:
        prompt: What the organism begins with.
        hazards: Names of hazards, or hazards (see `env.hazards`); an empty list threatens nothing.
        difficulty: Scales the hazards; 0 turns them off.
        split: Which micro-tasks hunger poses: those for ``training``, those held out (``test``), or
            ``all``.
        skills: Names of skills that the organism may use, or skills.
        skill_budget: What its skills may spend in one life; a number means so many calls.
        llm: Who answers the questions of skills, by name or as a model; None means nobody, which
            is an error of the skill that asks, and told to the organism.
        sandbox: A wall, or the name of one: environments of one process share it, and its workers
            where they can. A wall that is handed in stays open.
        max_steps: Answers after which a life is truncated.
        survival: Reward for a step survived.
        harm: Reward for harm.
        diagnostics: Reward for each error that an answer brings, as it runs inside the organism: it
            does not parse, or uses a name that is not there. Usually below 0; 0 analyses nothing.
            Where an organism has a loop of its own, an answer's errors count in steps that end with
            an error.
        policy: ``strict``, or ``open`` to rely on the wall alone (then nothing is harm).
        on_harm: ``death``, or ``feedback`` to refuse harmful code and go on.
        limits: What the organism may spend between two heartbeats.
        genome: What it is born with: ``small``, ``capable`` or a file.
        finish: What comes of an organism that would finish, or give up: ``refuse`` tells it that
            here one lives on, ``death`` lets it end.
        journal: A file in which every life is recorded, so that it can be shown and replayed.
        render_mode: ``ansi`` or None.

    Attributes:
        run: Id of the current life in the journal; None without one.

    Raises:
        ValueError: An argument is out of range or a name is unknown; the message says which.
        SandboxError: The wall cannot be opened here.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 - gymnasium declares it so
    own_hazards: ClassVar[Makers] = {}
    """What makes hazards whose names mean something else here than elsewhere."""
    tells_at_once: ClassVar[bool] = True
    """Whether a query says what is demanded now, or only what the organism has been told of it."""

    def __init__(
        self,
        prompt: str = PROMPT,
        *,
        hazards: Iterable[str | Hazard] = ("hunger",),
        difficulty: float = 1.0,
        split: Split = "training",
        skills: Iterable[str | Skill] = (),
        skill_budget: Budget | int | None = None,
        llm: LLM | str | None = None,
        sandbox: Sandbox | str = "wasm",
        max_steps: int = 64,
        survival: float = 1.0,
        harm: float = -1000.0,
        diagnostics: float = 0.0,
        policy: CodePolicy = "strict",
        on_harm: OnHarm = "death",
        limits: Limits | None = None,
        genome: str | Path | FirstGenome = USUAL,
        finish: Literal["refuse", "death"] = "refuse",
        journal: str | Path | None = None,
        render_mode: str | None = None,
    ) -> None:
        if isinstance(max_steps, np.integer):
            max_steps = int(max_steps)
        if not is_whole(max_steps) or max_steps < 1:
            raise ValueError(f"max_steps must be a whole number of at least 1, got {max_steps!r}")
        require_known_words(render_mode=render_mode, finish=finish, split=split)
        require_known(policy, on_harm)
        self.prompt = prompt_of(prompt)
        self.difficulty = difficulty_of(difficulty)
        self.hazards = load_hazards(hazards, self.own_hazards)
        self.max_steps = max_steps
        self.render_mode = render_mode
        self.run: str | None = None
        self._survival = reward_of("survival", survival)
        self._harm = reward_of("harm", harm)
        self._diagnostics = reward_of("diagnostics", diagnostics)
        self._lifetime: Lifetime | None = None
        self._closed = False
        if skill_budget is not None and not isinstance(skill_budget, Budget):
            skill_budget = Budget(skill_calls=skill_budget)
        with contextlib.ExitStack() as opened:
            wall = sandbox
            if isinstance(wall, str):
                wall = opened.enter_context(shared_wall(wall))
            model = load(llm) if isinstance(llm, str) else llm
            if model is not None and model is not llm:
                opened.callback(model.close)
            self._panel = opened.enter_context(
                contextlib.closing(Panel(ANALYZERS if diagnostics else ()))
            )
            self._recorder = opened.enter_context(contextlib.closing(LifeRecorder(journal)))
            instances = opened.enter_context(contextlib.closing(Ready(wall, policy)))
            self._settings: dict[str, Any] = {
                "sandbox": wall,
                "skills": load_skills(skills),
                "budget": skill_budget,
                "llm": model,
                "policy": policy,
                "on_harm": on_harm,
                "limits": limits,
                "first": first_genome(genome),
                "finish": living_on if finish == "refuse" else LETS_GO,
                "split": split,
                "instances": instances,
            }
            self._opened = opened.pop_all()
        self._made = self._arguments()
        self._text = Unicode(LONGEST_TEXT)
        vitals = spaces.Box(0.0, 1.0, (1 + len(self.hazards),), np.float32)
        self.observation_space = spaces.Dict(  # type: ignore[assignment]
            {**dict.fromkeys(TEXTS, self._text), "vitals": vitals}
        )
        self.action_space = Unicode(MAX_SOURCE)

    def _arguments(self) -> dict[str, Any]:
        """Return what lives here follow from beside their seed, as JSON."""
        settings = self._settings
        named = {name: settings[name] for name in ("policy", "on_harm", "split")}
        limits, budget = settings["limits"] or Limits(), settings["budget"] or Budget()
        return {
            "environment": type(self).__name__,
            **named,
            "genome": settings["first"].hash,
            "skills": [skill.name for skill in settings["skills"]],
            "skill_budget": asdict(budget),
            "limits": asdict(limits),
            "finish": "death" if settings["finish"] is LETS_GO else "refuse",
            "max_steps": self.max_steps,
            "survival": self._survival,
            "harm": self._harm,
            "diagnostics": self._diagnostics,
        }

    @property
    def genes(self) -> Mapping[str, str]:
        """The sources of the organism's definitions as they are now, by name."""
        return self._begun().life.genome.sources

    @property
    def vitals(self) -> Mapping[str, float]:
        """How well the organism is off for each hazard of this life, by its name."""
        return {hazard.name: hazard.vital for hazard in self._begun().hazards}

    @property
    def steps(self) -> int:
        """Answers that the organism has had in this life."""
        return self._begun().life.steps

    @property
    def last(self) -> tuple[str, str]:
        """The last answer that the organism was given, and the error that came of it."""
        lifetime = self._begun()
        replies = (data["text"] for kind, data in reversed(lifetime.entered) if kind == "reply")
        return next(replies, ""), lifetime.event.outcome.error

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin a new life; the wall's workers stay warm.

        Args:
            seed: Everything random follows from it; None goes on with the generator as it is.
            options: ``prompt``, ``hazards`` and ``difficulty`` replace those of the environment,
                for this life alone. There must be as many hazards as before, since the vitals
                are a part of the observation space.

        Raises:
            ValueError: An option is unknown or out of range.
        """
        super().reset(seed=seed)
        options = dict(options or {})
        if unknown := options.keys() - {"prompt", "hazards", "difficulty"}:
            raise ValueError(
                f"unknown option {sorted(unknown)[0]!r}; known: prompt, hazards, difficulty"
            )
        hazards = self.hazards
        if "hazards" in options:
            hazards = load_hazards(options["hazards"], self.own_hazards)
        self._begin(
            hazards,
            prompt=prompt_of(options.get("prompt", self.prompt)),
            difficulty=difficulty_of(options.get("difficulty", self.difficulty)),
            seed=int(self.np_random.integers(SEEDS)),
        )
        return self._observation(), self._info()

    def step(self, action: str) -> tuple[Observation, SupportsFloat, bool, bool, dict[str, Any]]:
        """Answer the organism.

        Args:
            action: What its model says: any text; the code in it is executed.

        Raises:
            gymnasium.error.ResetNeeded: The life is over, or none has begun.
            ValueError: The action is no text of the action space.
            LLMError: A skill needs a model that cannot be reached.
            SandboxError: The wall broke, which is no death and nothing to learn from. Begin another
                life, or live this one again, this action included: ``set_state(get_state())``.
        """
        lifetime = self._begun()
        if not lifetime.life.alive:
            raise gymnasium.error.ResetNeeded("this life is over: call reset first")
        if not self.action_space.contains(action):
            raise ValueError(
                f"an action is a text of at most {MAX_SOURCE} characters, got {str(action)[:80]!r}"
            )
        errors, executes = self._errors(action), lifetime.life.takes_python
        try:
            alive = isinstance(lifetime.live(action), Heartbeat)
        except SuspendedError:
            lifetime.end(Stop.BUDGET, "the budget of skills is used up")
            return self._observation(), 0.0, False, True, self._info(Stop.BUDGET.value)
        except BaseException as error:  # in the middle of a step, the organism waits for no answer
            stop = Stop.UNREACHABLE if isinstance(error, LLMError) else Stop.FAILED
            lifetime.end(stop, f"{type(error).__name__}: {error}")
            raise
        truncated = self._truncated(lifetime)
        if not executes and not lifetime.event.outcome.error:
            errors = 0  # a loop of its own made something else of the answer
        reward = self._reward() + self._diagnostics * errors
        return self._observation(), reward, not alive, truncated, self._info()

    def render(self) -> str | None:
        """Return the organism's present condition in words, when the mode is ``ansi``."""
        if self.render_mode is None:
            gymnasium.logger.warn("make the environment with render_mode='ansi' to render it")
            return None
        lifetime = self._begun()
        life, event, outcome = lifetime.life, lifetime.event, lifetime.event.outcome
        vitals = [f"step {life.steps} of {self.max_steps}"]
        vitals += [f"{hazard.name} {hazard.vital:.0%}" for hazard in lifetime.hazards]
        end = f"died: {event.cause}" if isinstance(event, Death) else "alive"
        lines = [f"{end}, {', '.join(vitals)}", f"genome {life.genome.hash}"]
        lines += [f"changed: {', '.join(outcome.changed)}"] if outcome.changed else []
        lines += [f"printed: {outcome.stdout.rstrip()}"] if outcome.stdout.strip() else []
        lines += [f"error: {outcome.error}"] if outcome.error else []
        return self._text.fit("\n".join(lines))

    def close(self) -> None:
        """End the life, and give back what this environment opened itself."""
        self._closed = True
        self._leave()
        self._opened.close()

    def get_state(self) -> dict[str, Any]:
        """Return the life so far, as JSON: `set_state` lives it again, here or elsewhere.

        Raises:
            gymnasium.error.ResetNeeded: No life has begun.
        """
        lifetime = self._begun()
        return {
            "made": self._made,
            "prompt": lifetime.prompt,
            "difficulty": lifetime.difficulty,
            "hazards": described(lifetime.hazards),
            "seed": lifetime.life.seed,
            "entered": [[kind, data] for kind, data in lifetime.entered],
            "chance": self.np_random.bit_generator.state,
        }

    def set_state(self, state: Mapping[str, Any]) -> Observation:
        """Become the life that `get_state` told of, by living it again.

        Nothing is asked anew: skills give what they gave. In a journal it is a life of its own.
        The environment must have been made with the same arguments, but for the wall, the model
        and the hazards: those that have a name in `env.hazards.HAZARDS` are made as the state
        tells, for this life alone; others must be those of the present life or of the environment.

        Returns:
            What is observed there.

        Raises:
            ValueError: The state is not one, or is of an environment that was made with other
                arguments, or this one comes to another life by it.
            SandboxError: The wall broke.
        """
        try:
            self._live_again(state)
            self._restore_generator(state["chance"])
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            self._leave()
            raise ValueError(f"not a state of a survival environment: {error!r}") from None
        except BaseException:
            self._leave()
            raise
        return self._observation()

    def _live_again(self, state: Mapping[str, Any]) -> None:
        """Live through what a state tells of, up to where it ended there, if it did."""
        require_made(state["made"], self._made)
        present = self._lifetime.hazards if self._lifetime is not None else self.hazards
        lifetime = self._begin(
            hazards_like(state["hazards"], present, self.hazards, own=self.own_hazards),
            prompt=prompt_of(state["prompt"]),
            difficulty=difficulty_of(state["difficulty"]),
            seed=seed_of(state["seed"]),
            past=entered(state["entered"]),
        )
        try:
            lifetime.live_again()
        except SuspendedError:
            lifetime.end(Stop.BUDGET, "the budget of skills is used up")
        self._truncated(lifetime)

    def _restore_generator(self, state: Any) -> None:
        """Go on with the random generator that a state tells of."""
        try:
            self.np_random.bit_generator.state = state
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"not the state of a random generator: {state!r} ({error})") from None

    def _truncated(self, lifetime: Lifetime) -> bool:
        """End a life that has reached the step limit, and say whether it has."""
        reached = lifetime.life.alive and lifetime.life.steps >= self.max_steps
        if reached:
            lifetime.end(Stop.BUDGET, "the step limit is reached", "steps")
        return reached

    def _leave(self) -> None:
        """Let go of the present life, whatever has become of it."""
        lifetime, self._lifetime = self._lifetime, None
        if lifetime is not None and lifetime.life.alive:
            lifetime.end(Stop.PAUSED, "left by the caller")

    def _begin(self, hazards: tuple[Hazard, ...], **life: Any) -> Lifetime:
        """Bring an organism to its first heartbeat."""
        if self._closed:
            raise gymnasium.error.ClosedEnvironmentError("this environment is closed: make another")
        if len(hazards) != len(self.hazards):
            raise ValueError(
                f"{len(hazards)} hazards are given for this life, and the environment was made "
                f"for {len(self.hazards)}; make another one, or set the difficulty to 0"
            )
        self._leave()
        self._lifetime = Lifetime(
            hazards=hazards, recorder=self._recorder, **life, **self._settings
        )
        self.run = self._recorder.run
        return self._lifetime

    def _begun(self) -> Lifetime:
        if self._lifetime is None:
            raise gymnasium.error.ResetNeeded("no life has begun: call reset first")
        return self._lifetime

    def _observation(self) -> Observation:
        lifetime = self._begun()
        event, fit = lifetime.event, self._text.fit
        left = 1.0 - lifetime.life.steps / self.max_steps
        vitals = [max(left, 0.0), *(hazard.vital for hazard in lifetime.hazards)]
        return {
            "query": fit(self._asked(event)) if isinstance(event, Heartbeat) else "",
            "genome": fit(lifetime.life.genome.text),
            "stdout": fit(event.outcome.stdout),
            "error": fit(event.outcome.error),
            "vitals": np.array(vitals, np.float32),
        }

    def _asked(self, event: Heartbeat) -> str:
        """Return what the organism asks, and what is demanded since it was last told."""
        query = in_words(event.query)
        demands = self._begun().demands if self.tells_at_once else []
        return "\n\n".join([query, *(demand for demand in demands if demand not in query)])

    def _info(self, cause: str | None = None) -> dict[str, Any]:
        """Return what is known beside the observation; nothing that differs in equal lives."""
        lifetime = self._begun()
        outcome = lifetime.event.outcome
        if isinstance(lifetime.event, Death):
            cause = lifetime.event.cause.value
        solved = [hazard.solved for hazard in lifetime.hazards if isinstance(hazard, Hunger)]
        return {
            "cause": cause,
            "verdict": [violation.as_dict() for violation in lifetime.verdict],
            "harm": len(outcome.harm),
            "failed": bool(outcome.error),
            "genome": lifetime.life.genome.hash,
            "changed": list(outcome.changed),
            "fuel": outcome.fuel,
            "steps": lifetime.life.steps,
            **({"solved": sum(solved)} if solved else {}),
        }

    def _errors(self, action: str) -> int:
        """Return how many errors the code has that an answer is executed as, if they count."""
        if not self._panel.names:
            return 0
        return len(self._panel.errors(self._begun().life.before, extract_code(action) or action))

    def _reward(self) -> float:
        event = self._begun().event
        if event.outcome.harm:
            return self._harm
        return self._survival if isinstance(event, Heartbeat) else 0.0
