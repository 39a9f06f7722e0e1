"""How a server is reached: as a command that speaks over its standard streams, or at a URL."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

import httpx2
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from autoagent.mcp.relay import LONGEST_LINE

RELAY = Path(__file__).with_name("relay.py")
URLS = ("http://", "https://")
SECONDS = 30.0


def checked(where: str) -> str:
    """Return what names a server.

    Raises:
        ValueError: It names none; the message says what would.
    """
    if where.startswith(URLS):
        return where
    try:
        command = shlex.split(where)
    except ValueError as error:
        raise ValueError(f"the MCP server {where!r} is no command line: {error}") from None
    if not command:
        raise ValueError("an MCP server is named by a command or a URL, and nothing is given")
    if shutil.which(command[0]) is None:
        raise ValueError(
            f"the MCP server {where!r} cannot be started: there is no command {command[0]!r}; give "
            "one that is installed, or a URL"
        )
    return where


@asynccontextmanager
async def transport(where: str, complaints: TextIO) -> AsyncIterator[Any]:
    """Open the way to a server.

    Args:
        where: A command or a URL, as `checked` lets it pass.
        complaints: A file for what a command says on its standard error.
    """
    if not where.startswith(URLS):
        relay = [sys.executable, "-I", "-S", str(RELAY), *shlex.split(where)]
        # Its environment is the library's least one: a path, a home, a user, and no keys.
        parameters = StdioServerParameters(command=relay[0], args=relay[1:])
        async with stdio_client(parameters, errlog=complaints) as streams:
            yield streams
        return
    url = httpx2.URL(where)
    headers = {"Accept-Encoding": "identity"}
    if url.username:
        headers["Authorization"] = f"Bearer {url.username}"
        url = url.copy_with(username=None, password=None)
    async with (
        httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(SECONDS, read=None),
            transport=_Bounded(),
            trust_env=False,  # no passwords of .netrc
        ) as client,
        streamable_http_client(
            str(url), http_client=client, max_sse_event_size=LONGEST_LINE
        ) as streams,
    ):
        yield streams


class _Bounded(httpx2.AsyncHTTPTransport):
    """Reads no more of an answer than a server may say at once."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if "content-encoding" in response.headers:
            raise httpx2.ReadError("a packed answer, which was not asked for")
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.stream = _Counted(response.stream)
        return response


class _Counted(httpx2.AsyncByteStream):
    """A stream that ends in an error where it gets too long."""

    def __init__(self, stream: object) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for chunk in self._stream:  # type: ignore[attr-defined]
            length += len(chunk)
            if length > LONGEST_LINE:
                raise httpx2.ReadError(f"an answer of more than {LONGEST_LINE} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()  # type: ignore[attr-defined]
