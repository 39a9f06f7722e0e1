"""A hundred agents in one event loop, with one server of a model on loopback."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil
import pytest

from autoagent import AutonomousLLM
from autoagent.agent import THREADS
from autoagent.death import Cause, Stop
from autoagent.journal import Journal
from autoagent.llm import load
from autoagent.walls import WallOptions, open_wall
from sandbox.session import Sandbox
from tests.loopback import serving, stream

AGENTS = 100


class Crowded:
    """Answers questions while it is let.

    Attributes:
        url: Where it is.
        asked: Set once there was a question.
        open: Answers wait for this.
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked, self.open = threading.Event(), threading.Event()

    def behave(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        self.asked.set()
        self.open.wait(250)
        stream(handler, f"```python\nself.finish({len(request['messages'])})\n```")


@pytest.fixture
def server() -> Iterator[Crowded]:
    crowded = Crowded()
    with serving(crowded.behave) as crowded.url:
        yield crowded
        crowded.open.set()


@pytest.fixture
def shared() -> Iterator[Sandbox]:
    with closing(open_wall("wasm", options=WallOptions(share_workers=True))) as wall:
        yield wall


@pytest.fixture
def agents(server: Crowded, shared: Sandbox, tmp_path: Path) -> Iterator[list[AutonomousLLM]]:
    with closing(load("openai:m", base_url=server.url)) as model:
        made = [
            AutonomousLLM(model, sandbox=shared, seed=seed, db=tmp_path / "runs.db")
            for seed in range(AGENTS)
        ]
        yield made
        for each in made:
            each.close()


async def live(agent: AutonomousLLM) -> None:
    async for _ in agent.arun("Say how much you were told"):
        pass


def taking_steps() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("autoagent")]


@pytest.mark.slow
def test_a_hundred_agents_share_a_loop_a_server_a_wall_and_a_journal(
    agents: list[AutonomousLLM], server: Crowded, tmp_path: Path
) -> None:
    server.open.set()

    async def together() -> None:
        await asyncio.gather(*map(live, agents))

    asyncio.run(together())
    assert {str(each.ended and each.ended.cause) for each in agents} == {Cause.FINISHED}
    assert len(taking_steps()) <= THREADS._max_workers
    with closing(Journal(tmp_path / "runs.db", read_only=True)) as journal:
        assert sum(1 for _ in journal.runs()) == AGENTS


def test_a_hundred_agents_are_cancelled_and_leave_nothing_behind(
    agents: list[AutonomousLLM], server: Crowded, shared: Sandbox
) -> None:
    before = set(psutil.Process().children(recursive=True))

    async def cancelled() -> None:
        tasks = [asyncio.create_task(live(agent)) for agent in agents]
        await asyncio.to_thread(server.asked.wait)
        for each in tasks:
            each.cancel()
        await asyncio.sleep(0)  # they are told, before the server answers
        server.open.set()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(each) for each in ends} == {asyncio.CancelledError}
        assert [each for each in asyncio.all_tasks() if each is not asyncio.current_task()] == []

    asyncio.run(cancelled())
    assert {each.ended.cause for each in agents if each.ended} <= {Stop.PAUSED, Cause.FINISHED}
    assert all(each.ended for each in agents)
    assert len(taking_steps()) <= THREADS._max_workers
    shared.close()
    _, alive = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, 60)
    assert alive == []
