"""A server of tools in the same process, and a client that talks with it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import Any

import anyio
import pytest
from mcp import Client

from autoagent.tools import Offer
from autoagent.tools.serve import server
from autoagent.walls import open_wall
from sandbox.limits import Limits

Call = Callable[..., Awaitable[Any]]


def asked(given: Offer, talk: Callable[[Client, Call], Awaitable[None]]) -> None:
    """Let a client talk with a server in the same process."""

    async def conversation() -> None:
        async with Client(server(given)) as client:

            async def call(name: str, /, **arguments: Any) -> Any:
                result = await client.call_tool(name, arguments)
                if result.is_error:
                    return result.content[0].text  # type: ignore[union-attr]
                return result.structured_content

            await talk(client, call)

    with given.closing:
        anyio.run(conversation)


@pytest.fixture
def given() -> Iterator[Offer]:
    """What a server is told that has a wall of its own, as the command has."""
    with closing(open_wall("wasm")) as wall:
        yield Offer(
            wall=wall,
            policy="strict",
            limits=Limits(wall_seconds=60.0),
            sessions=4,
            idle_seconds=100.0,
            llm="none",
        )
