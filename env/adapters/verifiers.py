"""For verifiers: the organism is the user of a conversation, and the model keeps it alive.

Each task is a life, by its seed. What the organism asks is a user's turn, the reply is its answer,
and the return of the life is the reward. The package that verifiers finds by its name is
`examples/verifiers-survival`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import verifiers.v1 as vf
from openai import AsyncOpenAI
from pydantic import Field
from verifiers.v1.dialects.chat import message_to_wire
from verifiers.v1.runtimes import ProgramResult

from autoagent.walls import WallOptions, open_wall
from env.survival import Survival
from sandbox.session import Sandbox


class SurvivalConfig(vf.TasksetConfig):  # type: ignore[misc]  # known where it is installed
    """Which lives there are."""

    lives: int = Field(100, ge=1)
    first: int = Field(0, ge=0)
    """Seed of the first one; the others have the seeds after it."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Arguments of `Survival`, but for the wall."""


class SurvivalData(vf.TaskData):  # type: ignore[misc]
    """A life."""

    seed: int
    settings: dict[str, Any]


class SurvivalTask(vf.Task[SurvivalData]):  # type: ignore[misc]
    """A life as a task."""


class SurvivalTaskset(vf.Taskset[SurvivalTask, SurvivalConfig]):  # type: ignore[misc]
    """Lives, each by its seed."""

    def load(self) -> Iterator[SurvivalTask]:
        """Yield the lives; the organism opens each conversation."""
        config = self.config
        for seed in range(config.first, config.first + config.lives):
            data = SurvivalData(name=f"life {seed}", seed=seed, settings=config.settings)
            yield SurvivalTask(data, config.task)


class SurvivalEnvConfig(vf.EnvConfig):  # type: ignore[misc]
    """Who plays."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())
    """It runs no program, so it needs no box of its own either."""


class SurvivalEnv(vf.Env[SurvivalEnvConfig]):  # type: ignore[misc]
    """Lives behind one wall, as many at a time as verifiers runs."""

    _wall: Sandbox | None = None

    async def start(self) -> None:
        """Open the wall."""
        shared = WallOptions(share_workers=True)
        self._wall = await asyncio.to_thread(open_wall, "wasm", options=shared)

    async def stop(self) -> None:
        """Close it."""
        if self._wall is not None:
            self._wall.close()

    async def run(self, task: SurvivalTask, agents: Any) -> None:
        """Live a life: the model answers until it ends, or the model stops."""
        assert self._wall is not None  # it was started
        data, returned = task.data, 0.0
        make = partial(Survival, sandbox=self._wall, **data.settings)
        with closing(await asyncio.to_thread(make)) as env:
            observation, info = await asyncio.to_thread(env.reset, seed=data.seed)
            async with agents.agent.interaction(task) as interaction:
                over = False
                while not over:
                    segment = await interaction.turn(observation["query"])
                    if segment.terminated:
                        break
                    step = await asyncio.to_thread(env.step, segment.last_reply)
                    observation, reward, terminated, truncated, info = step
                    returned, over = returned + float(reward), terminated or truncated
        trace = interaction.trace
        trace.record_reward("return", returned)
        trace.record_metrics({"steps": info["steps"], "solved": info.get("solved", 0)})
        trace.info["cause"] = info["cause"] or "alive"


class ChatHarness(vf.Harness[vf.HarnessConfig]):  # type: ignore[misc]
    """Asks the model once for each turn, in this process: a life needs no program and no tools."""

    APPENDS_SYSTEM_PROMPT = True
    SUPPORTS_RESUME = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: Any,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
    ) -> ProgramResult:
        """Have the model answer what was said so far."""
        system, said = self.resolve_prompt(data)
        messages: list[Any] = [{"role": "system", "content": system}] if system else []
        messages += [message_to_wire(each) for each in said or ()]
        async with AsyncOpenAI(base_url=endpoint, api_key=secret, max_retries=0) as model:
            await model.chat.completions.create(model=ctx.model, messages=messages)
        return ProgramResult(0, "", "")
