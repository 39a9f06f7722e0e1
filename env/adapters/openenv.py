"""For OpenEnv: the environment as a server, with a life for each session.

The package with ``openenv.yaml`` and a Dockerfile is `examples/openenv-survival`.

Who connects is not trusted: sessions are bounded in number, one that does nothing is closed, what
is too long is refused before it is looked at, and all lives are behind one wall.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import FastAPI
from openenv.core.env_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import (
    Action,
    ConcurrencyConfig,
    EnvironmentMetadata,
    Observation,
    State,
)
from pydantic import Field

from autoagent.walls import WallOptions, open_wall
from env.survival import Survival
from sandbox.nesting import MAX_SOURCE
from sandbox.session import Sandbox

LONGEST_PROMPT = 4_096
"""Characters of what a client has its organism begin with."""
LONGEST_MESSAGE = 1 << 22
"""Bytes of a message, as many as the longest answer can take; with a longer one a session ends."""


class SurvivalAction(Action):  # type: ignore[misc]  # known where it is installed
    """An answer to what the organism asked; the Python code in it is executed."""

    text: str = Field(max_length=MAX_SOURCE, description="The answer, with the code.")


class SurvivalObservation(Observation):  # type: ignore[misc]
    """What `env.survival.Observation` holds; ``metadata`` is gymnasium's ``info``."""

    query: str = Field(description="What the organism asks; the next action answers it.")
    genome: str = Field(description="All its definitions as they are now.")
    stdout: str = Field(description="What its last code printed.")
    error: str = Field(description="The error of its last code, or what it died of.")
    vitals: list[float] = Field(description="Steps that are left, then each hazard, in [0, 1].")


class SurvivalEnvironment(Environment):  # type: ignore[misc]
    """One session: a survival environment, which is made when its first life begins.

    Args:
        wall: Where lives are lived, together with those of other sessions. It stays open.
        settings: Arguments of `Survival`.
    """

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, wall: Sandbox, **settings: Any) -> None:
        super().__init__()
        self._make = partial(Survival, sandbox=wall, **settings)
        self._env: Survival | None = None
        self._state = State()

    @property
    def state(self) -> State:
        """The episode, and how many answers it has had."""
        return self._state

    def reset(
        self, seed: int | None = None, episode_id: str | None = None, **options: Any
    ) -> SurvivalObservation:
        """Begin a life.

        Args:
            seed: Everything random follows from it.
            episode_id: What the client calls it.
            options: ``prompt`` and ``difficulty`` replace those of the server, for this life.

        Raises:
            ValueError: An option is unknown or out of range.
        """
        if unknown := options.keys() - {"prompt", "difficulty"}:
            raise ValueError(f"unknown option {min(unknown)!r}; known: prompt, difficulty")
        if len(str(options.get("prompt", ""))) > LONGEST_PROMPT:
            raise ValueError(f"a prompt has at most {LONGEST_PROMPT} characters here")
        if self._env is None:
            self._env = self._make()
        observation, info = self._env.reset(seed=seed, options=options)
        self._state = State(episode_id=episode_id)
        return _told(observation, info)

    def step(
        self, action: SurvivalAction, timeout_s: float | None = None, **_: Any
    ) -> SurvivalObservation:
        """Answer the organism.

        Args:
            action: The answer.
            timeout_s: Not needed: what an organism spends is bounded by its limits.

        Raises:
            ResetNeeded: No life has begun, or it is over.
            SandboxError: The wall broke; begin another life.
        """
        if self._env is None:
            raise ValueError("no life has begun: call reset first")
        observation, reward, dead, cut, info = self._env.step(action.text)
        self._state.step_count += 1
        info["truncated"] = cut
        return _told(observation, info, reward=float(reward), done=dead or cut)

    def get_metadata(self) -> EnvironmentMetadata:
        """Return what clients are told of the environment."""
        return EnvironmentMetadata(
            name="survival",
            description="An organism executes what you answer, and starves unless it solves tasks.",
            version="1.0.0",
        )

    def close(self) -> None:
        """End the life."""
        if self._env is not None:
            self._env.close()


def create_app(
    *, sandbox: str = "wasm", sessions: int = 256, idle: float = 600.0, **settings: Any
) -> FastAPI:
    """Return the server, for ``uvicorn`` with ``ws_max_size=LONGEST_MESSAGE``.

    Args:
        sandbox: The wall that all lives share, by name.
        sessions: How many there may be at a time; others are refused.
        idle: Seconds after which a session that does nothing is closed.
        settings: Arguments of `Survival`, for all sessions.

    Raises:
        ValueError: A setting is out of range; the message says which.
        SandboxError: The wall cannot be opened here.
    """
    bounds = ConcurrencyConfig(max_concurrent_envs=sessions, session_timeout=idle)
    wall = open_wall(sandbox, options=WallOptions(share_workers=True))
    Survival(sandbox=wall, **settings).close()  # what is wrong with settings is told now
    app: FastAPI = create_fastapi_app(
        partial(SurvivalEnvironment, wall, **settings),
        SurvivalAction,
        SurvivalObservation,
        env_name="survival",
        concurrency_config=bounds,
    )
    app.router.on_shutdown.append(wall.close)
    return app


def _told(
    observation: Any, info: dict[str, Any], *, reward: float | None = None, done: bool = False
) -> SurvivalObservation:
    """Return an observation of gymnasium's as OpenEnv tells it."""
    vitals = observation["vitals"].tolist()
    told = {**observation, "vitals": vitals, "metadata": info}
    return SurvivalObservation(**told, reward=reward, done=done)
